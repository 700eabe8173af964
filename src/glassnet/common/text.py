"""Texts from files and users as people can read them: no control characters, one line, bearable length."""

from __future__ import annotations


def printable(text: object) -> str:
    r"""Return a text that any terminal can display, with unprintable characters escaped as in Python.

    >>> print(printable("cats" + chr(27) + "[31m.png"))
    cats\x1b[31m.png
    """
    text = str(text)
    return text if text.isprintable() else "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def printable_lines(text: str) -> str:
    """Return a text of several lines with other control characters escaped."""
    return "\n".join(map(printable, text.split("\n")))


def brief(text: object, most: int) -> str:
    """Return a text in one line of at most `most` characters: its beginning and its end, where the advice is.

    >>> brief("a long text that goes on and on", 20)
    'a long text  … nd on'
    """
    line = " ".join(part.strip() for part in str(text).splitlines())
    end = most // 4
    return line if len(line) <= most else f"{line[: most - end - 3]} … {line[-end:]}"
