"""Docstrings as reStructuredText: |x| is an absolute value, and coefs_ a name, not the markup they look like."""

import re

from sphinx.application import Sphinx

MARKUP = re.compile(r"(``.*?``|`[^`]*`)|(?<!\\)([|*]|(?<=\w)_(?!\w))")
"""Literal text, which stays; or a character that would begin markup."""


def as_rst(app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """Escape |, *, and a final _ outside literal text and examples, and keep the lines of formulas apart, in place."""
    result: list[str] = []
    in_example, formula = False, None  # formula: the indentation of the text before it
    for number, line in enumerate(lines):
        if formula is not None and line.strip() and indentation(line) <= formula:
            formula = None
        in_example = line.strip().startswith(">>>") or (in_example and bool(line.strip()))
        if formula is not None:
            result.append(f"    {line}")
        elif in_example or is_parameter(line):
            result.append(line)
        else:
            result.append(MARKUP.sub(lambda found: found[1] or "\\" + found[2], line))
            if line.endswith(":") and (deeper := indented_block(lines[number + 1 :], indentation(line))):
                formula = indentation(line)
                result += ["", f"{' ' * deeper}.. code-block:: text", ""]
    lines[:] = result


def indentation(line: str) -> int:
    """Return the number of spaces at the start of a line."""
    return len(line) - len(line.lstrip())


def indented_block(lines: list[str], above: int) -> int:
    """Return the indentation of the block that follows after an empty line; 0 if there is none, or it is an example."""
    following = next((line for line in lines if line.strip()), "")
    if not lines or lines[0].strip() or following.strip().startswith(">>>") or indentation(following) <= above:
        return 0
    return indentation(following)


def is_parameter(line: str) -> bool:
    """Whether the line names a parameter of a numpydoc section: `*args`, `x : array`. numpydoc escapes these itself."""
    return re.match(r"\s*\*{1,2}\w+\s*(:|,|$)", line) is not None


def skip(app: Sphinx, what: str, name: str, thing: object, is_skipped: bool, options: object) -> bool | None:
    """Leave out what scikit-learn adds to an estimator: its own documentation describes it."""
    return True if str(getattr(thing, "__module__", "")).startswith("sklearn.") else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Escape docstrings before numpydoc reads them."""
    app.connect("autodoc-process-docstring", as_rst, priority=100)
    app.connect("autodoc-skip-member", skip)
    return {"parallel_read_safe": True}
