"""LaTeX formulas as Unicode text for terminals, such as σ(x) = 1/(1 + e⁻ˣ)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

SYMBOLS = {
    "alpha": "α", "beta": "β", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "theta": "θ", "mu": "μ", "rho": "ρ",
    "sigma": "σ", "eta": "η", "lambda": "λ", "Delta": "Δ", "nabla": "∇", "partial": "∂", "sum": "Σ", "prod": "Π",
    "cdot": "·", "times": "×", "odot": "⊙", "otimes": "⊗", "le": "≤", "ge": "≥", "ne": "≠", "approx": "≈", "sim": "~",
    "in": "∈", "to": "→", "leftarrow": "←", "rightarrow": "→", "mapsto": "↦", "infty": "∞", "ldots": "…", "dots": "…",
    "cdots": "…", "lVert": "‖", "rVert": "‖", "pm": "±", "ln": "ln ", "log": "log ", "exp": "exp ", "max": "max",
    "min": "min", "tanh": "tanh", "arg": "arg ", "mid": "|", "lfloor": "⌊", "rfloor": "⌋",
    "left": "", "right": "", "big": "", "Big": "", "textstyle": "", "displaystyle": "", "limits": "",
    "quad": "\u2003", "qquad": "\u2003\u2003", ",": " ", ";": " ", ":": " ", "!": "", " ": " ",
    "_": "_", "{": "{", "}": "}",
    "|": "‖", "\\": " ", "%": "%",
}  # fmt: skip
"""Text of each LaTeX command."""

SUPERSCRIPTS = dict(
    zip("0123456789+-=()Tabcdehijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵀᵃᵇᶜᵈᵉʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True)
)

SUBSCRIPTS = dict(zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[\s\S]")


def plain(latex: str) -> str:
    r"""Return a LaTeX formula as Unicode text.

    >>> plain(r"\hat y = \frac{1}{1 + e^{-x}}"), plain(r"W^{[l]T} a^{[l-1]}"), plain(r"n_{l-1} \le p_\text{train}")
    ('ŷ = 1/(1 + e⁻ˣ)', 'W[l]ᵀ a[l-1]', 'nₗ₋₁ ≤ p_train')
    """
    return re.sub(r" +", " ", _read(iter(TOKEN.findall(latex)))).strip()


def _read(tokens: Iterator[str], until: str = "") -> str:
    """Return the text of the tokens, up to the end of the group."""
    text = ""
    for token in tokens:
        if token == until:
            return text
        text += _script(token, tokens) if token in ("^", "_") else _text(token, tokens)
    return text


def _text(token: str, tokens: Iterator[str]) -> str:
    """Return the text of one token, including its arguments."""
    name = token[1:]
    if token == "{":
        return _read(tokens, "}")
    if not name:
        return " " if token.isspace() else token
    if name == "frac":
        return f"{_bracketed(_argument(tokens))}/{_bracketed(_argument(tokens))}"
    if name == "sqrt":
        return f"√({_argument(tokens)})"
    if name == "hat":
        return unicodedata.normalize("NFC", _argument(tokens) + "\N{COMBINING CIRCUMFLEX ACCENT}")
    if name in ("text", "mathcal", "mathrm", "operatorname"):
        return _argument(tokens)
    return SYMBOLS.get(name, name)


def _argument(tokens: Iterator[str]) -> str:
    """Return the text of a command's argument: a group or a token."""
    return _text(next((token for token in tokens if not token.isspace()), " "), tokens).strip()


def _bracketed(text: str) -> str:
    """Return a part of a fraction, in parentheses if needed."""
    is_simple = re.fullmatch(r"[^\s/+-]+|[^\s/+-]*\([^()]*\)|‖[^‖]*‖", text)
    return text if is_simple else f"({text})"


def _script(kind: str, tokens: Iterator[str]) -> str:
    text = _argument(tokens)
    layer, rest = re.fullmatch(r"(\[[^]]*\])?(.*)", text, re.DOTALL).groups("")  # type: ignore[union-attr]
    characters = SUPERSCRIPTS if kind == "^" else SUBSCRIPTS
    if set(rest) <= set(characters) and not re.fullmatch(r"[a-z]{3,}", rest):
        return layer + "".join(characters[one] for one in rest)  # layer indices stay in brackets, as in the code
    return f"{kind}{rest}" if re.fullmatch(r"\w+", rest) else f"{kind}({rest})"
