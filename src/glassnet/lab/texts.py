"""Texts and known mistakes of an exercise: the file `texts.toml` in its folder, to be read and translated.

    title = 'Softmax'
    hints = ['...', '...', '...']
    explanation = '''...'''
    library = 'maths/activations/softmax.py Softmax'
    question = '''...'''

    [[mistakes]]
    name = 'base 2'
    feedback = '''...'''

    [[mistakes.edits]]
    old = 'np.exp('
    new = 'np.exp2('

    [figure]
    title = 'Your sigmoid'
    sizes = '{count} of them'

Line breaks in a text count as spaces. `old` and `new` are code, and are taken as they are. Texts of the figure have
names that its function uses; values take the place of names in braces.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from glassnet.common.specs import unknown
from glassnet.lab.mistakes import Edits, Mistake

FILE = "texts.toml"

HINTS = 3

FIGURE: Literal["figure"] = "figure"
"""The table with the texts of the figure."""

SINGLE = ("title", "explanation", "library", "question")
"""Keys of one text each that every exercise has."""


@dataclass(frozen=True)
class FigureTexts:
    """Texts of an exercise's figure, by key, with values in place of names in braces.

    used: keys that were asked for.

    >>> text = FigureTexts({"best": "best: epoch {epoch}"}, Path("texts.toml"))
    >>> text("best", epoch=3)
    'best: epoch 3'
    """

    texts: Mapping[str, str]
    path: Path
    used: set[str] = field(default_factory=set)

    def __call__(self, key: str, **values: object) -> str:
        """Return a text; ValueError if there is none, or if a name in braces has no value."""
        self.used.add(key)
        if key not in self.texts:
            raise ValueError(f"{self.path}: [{FIGURE}] has no text {key!r}; add {key} = '…'")
        names = ", ".join(f"{{{name}}}" for name in values) or "none"
        try:
            return self.texts[key].format(**values)
        except (KeyError, IndexError, ValueError, AttributeError, TypeError) as error:
            reason = f"{{{error.args[0]}}} is unknown" if isinstance(error, KeyError) else error
            raise ValueError(f"{self.path}: [{FIGURE}] {key}: {reason}; names in braces: {names}") from None


@dataclass(frozen=True)
class Texts:
    """Texts and known mistakes of an exercise; `Exercise` documents the fields."""

    title: str
    hints: tuple[str, ...]
    explanation: str
    library: str
    question: str
    none: str
    figure: Mapping[str, str]
    mistakes: tuple[Mistake, ...]


@cache
def read_texts(path: Path) -> Texts:
    """Return the texts in a file; ValueError with the line and what would do if the file is invalid."""
    source = path.read_text(encoding="utf-8")
    try:
        table = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(
            f"{path}: not TOML: {error}; put texts between ''' and ''', and code between ' and '"
        ) from None
    return _Reader(path, source).texts(table)


Part = int | Literal["figure"] | None
"""A part of the file: a mistake by its number, from 0; FIGURE; or None for the whole file."""


def line_of(path: Path, text: str, part: Part = None) -> int:
    """Return the line of a text in a part of a file; where that begins if there is none."""
    return _Reader(path, path.read_text(encoding="utf-8")).line(re.escape(text), part)


@dataclass(frozen=True)
class _Reader:
    """Conversion of a file to texts, with lines in messages."""

    path: Path
    source: str

    def line(self, pattern: str, part: Part = None) -> int:
        """Return the first line with a pattern in a part of the file; the first line of the part if there is none."""
        begin, end = 0, len(self.source)
        if part is not None:
            header, number = (r"\[figure\]", 0) if part == FIGURE else (r"\[\[mistakes\]\]", part)
            headers = [found.start() for found in re.finditer(rf"(?m)^[ \t]*{header}", self.source)]
            begin, end = [*headers, end, end][number : number + 2]
        found = re.compile(pattern, re.MULTILINE).search(self.source, begin, end)
        return self.source.count("\n", 0, found.start() if found else begin) + 1

    def error(self, message: str, key: str = "", part: Part = None) -> ValueError:
        """Return the error with this message at the line of a key, which may be the last of a header."""
        pattern = rf"^[ \t]*(\[\[?[\w.]*\b)?{re.escape(key)}\b[ \t]*[]=]" if key else ""
        line = self.line(pattern, part)
        return ValueError(f"{self.path}, line {line}: {message}")

    def texts(self, table: Mapping[str, Any]) -> Texts:
        """Return the texts of the whole file."""
        self.check_keys(table, (*SINGLE, "hints"), ("none", FIGURE, "mistakes"))
        hints = table["hints"]
        if not isinstance(hints, list) or len(hints) != HINTS or not all(isinstance(one, str) for one in hints):
            raise self.error(f"hints should be a list of {HINTS} texts", "hints")
        mistakes: list[Mistake] = []
        for number, entry in enumerate(self.tables(table.get("mistakes", []), "mistakes")):
            mistakes.append(self.mistake(entry, number))
            name = mistakes[-1].name
            if name in [one.name for one in mistakes[:-1]]:
                raise self.error(f"two mistakes have the name {name!r}; rename one of them", "name", number)
        single = {key: self.text(table, key) for key in SINGLE}
        none = self.text({"none": "", **table}, "none")
        figure = self.figure(table.get(FIGURE, {}))
        return Texts(**single, none=none, hints=tuple(map(_joined, hints)), figure=figure, mistakes=tuple(mistakes))

    def figure(self, value: object) -> Mapping[str, str]:
        """Return the texts of the figure."""
        if not isinstance(value, dict):
            raise self.error(f"{FIGURE} should be texts below a line [{FIGURE}]", FIGURE)
        return {key: self.text(value, key, FIGURE) for key in value}

    def mistake(self, entry: Mapping[str, Any], number: int) -> Mistake:
        """Return a known mistake."""
        self.check_keys(entry, ("name", "feedback", "edits"), ("variants", "raises"), number)
        variants = []
        for variant in self.tables(entry.get("variants", []), "variants", number):
            self.check_keys(variant, ("edits",), (), number)
            variants.append(self.edits(variant["edits"], number))
        raises = entry.get("raises", "")
        try:
            re.compile(raises)
        except (re.error, TypeError):
            raise self.error(f"raises should be a regular expression, got {raises!r}", "raises", number) from None
        name, feedback = self.text(entry, "name", number), self.text(entry, "feedback", number)
        return Mistake(name, feedback, self.edits(entry["edits"], number), tuple(variants), raises)

    def edits(self, value: object, number: int) -> Edits:
        """Return pairs of old and new code."""
        found = []
        for edit in self.tables(value, "edits", number):
            self.check_keys(edit, ("old", "new"), (), number)
            if not isinstance(edit["old"], str) or not isinstance(edit["new"], str) or not edit["old"]:
                raise self.error("old and new should be code between quotes; only new may be empty", "old", number)
            found.append((edit["old"], edit["new"]))
        if not found:
            raise self.error("a mistake has no edits; add [[mistakes.edits]] with old and new", "edits", number)
        return tuple(found)

    def text(self, table: Mapping[str, Any], key: str, part: Part = None) -> str:
        """Return a text without line breaks."""
        if not isinstance(table[key], str):
            raise self.error(f"{key} should be a text between quotes, got {table[key]!r}", key, part)
        return _joined(table[key])

    def tables(self, value: object, key: str, mistake: int | None = None) -> Iterator[Mapping[str, Any]]:
        """Yield the entries of a list of tables."""
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            header = key if mistake is None else f"mistakes.{key}"
            raise self.error(f"{key} should be tables, each below a line [[{header}]]", key, mistake)
        yield from value

    def check_keys(
        self, table: Iterable[str], needed: tuple[str, ...], optional: tuple[str, ...], mistake: int | None = None
    ) -> None:
        """Raise an error if a key is unknown or missing."""
        for key in table:
            if key not in (*needed, *optional):
                raise self.error(str(unknown("key", key, (*needed, *optional))), key, mistake)
        for key in needed:
            if key not in table:
                raise self.error(f"{key} is missing; add {key} = …", part=mistake)


def _joined(text: str) -> str:
    """Return a text without line breaks."""
    return " ".join(text.split())
