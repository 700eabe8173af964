"""Docstrings as reStructuredText: |x| is an absolute value, and coefs_ a name, not the markup they look like."""

import re

from sphinx.application import Sphinx

MARKUP = re.compile(r"(``.*?``|`[^`]*`)|(?<!\\)([|*]|(?<=\w)_(?!\w))")
"""Literal text, which stays; or a character that would begin markup."""


def escape(app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """Escape |, *, and a final _ outside literal text and examples, in place."""
    in_example = False
    for number, line in enumerate(lines):
        in_example = line.strip().startswith(">>>") or (in_example and bool(line.strip()))
        if not in_example and not is_parameter(line):
            lines[number] = MARKUP.sub(lambda found: found[1] or "\\" + found[2], line)


def is_parameter(line: str) -> bool:
    """Whether the line names a parameter of a numpydoc section: `*args`, `x : array`. numpydoc escapes these itself."""
    return re.match(r"\s*\*{1,2}\w+\s*(:|,|$)", line) is not None


def skip(app: Sphinx, what: str, name: str, thing: object, is_skipped: bool, options: object) -> bool | None:
    """Leave out what scikit-learn adds to an estimator: its own documentation describes it."""
    return True if str(getattr(thing, "__module__", "")).startswith("sklearn.") else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Escape docstrings before numpydoc reads them."""
    app.connect("autodoc-process-docstring", escape, priority=100)
    app.connect("autodoc-skip-member", skip)
    return {"parallel_read_safe": True}
