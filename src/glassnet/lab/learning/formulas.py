"""Formulas for a terminal: the LaTeX of the lessons in plain signs, such as σ(x) = 1/(1 + e⁻ˣ)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

SIGNS = {
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
"""What stands for a command."""

RAISED = dict(zip("0123456789+-=()Tabcdehijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵀᵃᵇᶜᵈᵉʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))

LOWERED = dict(zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[\s\S]")


def plain(latex: str) -> str:
    r"""Return a formula in plain signs.

    >>> plain(r"\hat y = \frac{1}{1 + e^{-x}}"), plain(r"W^{[l]T} a^{[l-1]}"), plain(r"n_{l-1} \le p_\text{train}")
    ('ŷ = 1/(1 + e⁻ˣ)', 'W[l]ᵀ a[l-1]', 'nₗ₋₁ ≤ p_train')
    """
    return re.sub(r" +", " ", _read(iter(TOKEN.findall(latex)))).strip()


def _read(tokens: Iterator[str], until: str = "") -> str:
    """Return what the tokens say, up to one that ends a group."""
    said = ""
    for token in tokens:
        if token == until:
            return said
        said += _raised_or_lowered(token, tokens) if token in ("^", "_") else _said(token, tokens)
    return said


def _said(token: str, tokens: Iterator[str]) -> str:
    """Return what one token says, with the arguments it takes from those after it."""
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
    return SIGNS.get(name, name)


def _argument(tokens: Iterator[str]) -> str:
    """Return the group, or the one token, that a command takes."""
    return _said(next((token for token in tokens if not token.isspace()), " "), tokens).strip()


def _bracketed(text: str) -> str:
    """Return a part of a fraction, in brackets where it would be read otherwise without."""
    is_whole = re.fullmatch(r"[^\s/+-]+|[^\s/+-]*\([^()]*\)|‖[^‖]*‖", text)
    return text if is_whole else f"({text})"


def _raised_or_lowered(kind: str, tokens: Iterator[str]) -> str:
    text = _argument(tokens)
    layer, rest = re.fullmatch(r"(\[[^]]*\])?(.*)", text, re.DOTALL).groups("")  # type: ignore[union-attr]
    signs = RAISED if kind == "^" else LOWERED
    if set(rest) <= set(signs) and not re.fullmatch(r"[a-z]{3,}", rest):
        return layer + "".join(signs[sign] for sign in rest)  # a layer's number in brackets, as in the code
    return f"{kind}{rest}" if re.fullmatch(r"\w+", rest) else f"{kind}({rest})"
