"""What learners have handed in: whose it is, and which file answers which exercise. All of it is read before any runs.

A submission is a folder or a zip with a file for each exercise, or one file with all answers. A file is known by its
name (10_softmax.py, softmax_ada.ipynb), or else by the heading of the exercise in it.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from glassnet.lab.course import course, number_of
from glassnet.lab.exercise import Exercise
from glassnet.lab.judging.answer_modules import defines, unwritten
from glassnet.lab.judging.sources import LARGEST, SUFFIXES, source_in, whole_characters

MOST_FILES = 2_000
"""So many files of one learner are looked at."""

LONGEST = 1_000_000
"""A text of more characters is not what was handed out, so it is not asked whether it is."""

MOST_BYTES = 100 << 20
"""So much of one learner is read."""

NOT_MEANT = re.compile(r"^(\.(?!\.$)|_)|\.before-reset-\d+\.")
"""Names of what is not handed in on purpose: hidden files, caches, old copies."""


@dataclass(frozen=True)
class File:
    """A file that was handed in. name: where it lay. text: its Python. trouble: why there is none."""

    name: str
    text: str = ""
    trouble: str = ""

    @property
    def stem(self) -> str:
        """Its name without folder and ending."""
        return PurePosixPath(self.name).stem


@dataclass(frozen=True)
class Submission:
    """What somebody has handed in. name: whose it is. files: the file for each exercise, by the exercise's number.

    beside: other modules, which answers may import, by name. notes: what was not read, or not taken, and why.
    """

    name: str
    files: Mapping[str, File] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def submissions_in(folder: Path, leave_out: Iterable[Path] = ()) -> list[Submission]:
    """Return the submissions in a folder, by name; ValueError where there is none, or where it is one learner's own.

    leave_out: folders that are none, such as the one for feedback.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder of submissions")
    handed: dict[str, list[tuple[str, bytes]]] = {}
    keys, others = {exercise.key for exercise in course()}, {path.resolve() for path in leave_out}
    for path in sorted(folder.iterdir()):
        # Symbolic links may lead out of what was handed in.
        if NOT_MEANT.search(path.name) or path.is_symlink() or path.resolve() in others:
            continue
        if path.is_dir():
            handed.setdefault(_readable(path.name), []).extend(_files_in(path))
        elif path.stem in keys and path.suffix.lower() in SUFFIXES:
            raise ValueError(
                f"{folder} holds {path.name}, as one learner's own folder does; name the folder that holds a folder "
                "for each learner"
            )
        elif path.suffix.lower() in (*SUFFIXES, ".zip"):
            # Some systems put the name before each file: ada_10_softmax.py, ada_15_back_propagation.py
            prefixed = next((one for key in keys if (one := re.fullmatch(rf"(.+?)[ _-]+{key}", path.stem))), None)
            name = _readable(prefixed[1] if prefixed else path.stem)
            handed.setdefault(name, []).append((_readable(path.name), _bytes(path)))
    if not handed:
        raise ValueError(f"{folder} holds no submissions: a folder for each learner, or a .py, .ipynb or .zip for each")
    return [submission(name, files) for name, files in sorted(handed.items())]


def submission(name: str, handed: Iterable[tuple[str, bytes]]) -> Submission:
    """Return what a learner's files hold, each given as name and bytes."""
    found: list[File] = []
    notes: list[str] = []
    for where, data in _unpacked(handed, notes):
        if not where.lower().endswith(SUFFIXES):
            notes.append(f"{where} was not read: it is neither .py nor .ipynb")
            continue
        try:
            found.append(File(where, source_in(where.lower(), data)))
        except ValueError as error:
            found.append(File(where, trouble=str(error)))
    claims = {file.name: _claims(file) for file in found}
    files: dict[str, File] = {}
    for exercise in course():
        fitting = [file for file in found if exercise.number in claims[file.name] or _defines_any(file, exercise)]
        fitting.sort(key=lambda file: _merit(file, exercise, exercise.number in claims[file.name]))
        if fitting:
            files[exercise.number] = fitting[-1]
        if lost := [file.name for file in fitting[:-1] if exercise.number in claims[file.name]]:
            notes.append(f"exercise {exercise.number}: {fitting[-1].name} was taken, and not {', '.join(lost)}")
    modules = [file for file in found if file.name.lower().endswith(".py") and not number_of(file.stem)]
    beside = {PurePosixPath(file.name).name: file.text for file in modules if not file.trouble}
    taken = {file.name for file in files.values()}
    notes += [
        f"{file.name} answers no exercise"
        for file in found
        if file not in modules and file.name not in taken and not claims[file.name]
    ]
    return Submission(name, files, beside, tuple(notes))


def _readable(name: str) -> str:
    """Return a file's name as it can be shown, also one that is no UTF-8, as from some zips."""
    return os.fsencode(name).decode("utf-8", "replace")


def _files_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give the files below a learner's folder, without what symbolic links lead to, and without what is hidden."""
    count = 0
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if not NOT_MEANT.search(one) and not Path(where, one).is_symlink())
        for path in (Path(where, name) for name in sorted(names) if not NOT_MEANT.search(name)):
            if path.is_file() and not path.is_symlink() and count < MOST_FILES:
                count += 1
                yield _readable(path.relative_to(folder).as_posix()), _bytes(path)


def _bytes(path: Path) -> bytes:
    """Return what a file holds, and of a large one a little more than is taken: it must not fill the memory."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _unpacked(handed: Iterable[tuple[str, bytes]], notes: list[str]) -> Iterator[tuple[str, bytes]]:
    """Give the files, and in place of a zip what is in it, as far as there is room; nothing is written anywhere."""
    room = MOST_BYTES
    for where, data in handed:
        pieces = _in_zip(where, data, notes) if where.lower().endswith(".zip") else iter([(where, data)])
        for name, piece in pieces:
            room -= len(piece)
            if room < 0:
                notes.append(
                    f"{name} and what comes after it was not read: it is more than {MOST_BYTES >> 20} megabytes"
                )
                return
            yield name, piece


def _in_zip(where: str, data: bytes, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            meant = [one for one in archive.infolist() if not one.is_dir() and one.filename.lower().endswith(SUFFIXES)]
            meant = [one for one in meant if not any(map(NOT_MEANT.search, PurePosixPath(one.filename).parts))]
            for member in meant[:MOST_FILES]:
                with archive.open(member) as file:
                    yield whole_characters(f"{where}/{member.filename}"), file.read(LARGEST + 1)
    except (
        Exception
    ) as error:  # a damaged archive raises many kinds: BadZipFile, zlib.error, EOFError, struct.error, ...
        notes.append(f"{where} cannot be unpacked: {error}")


def _claims(file: File) -> set[str]:
    """Return the exercises a file is meant for, by its name, or else by the headings in it."""
    known = {exercise.number: exercise for exercise in course()}
    if (number := number_of(file.stem)) in known:
        return {number}
    headings = set(re.findall(r"(?m)^(?:# )?# Exercise (\w+) ·", file.text)) & set(known)
    words = set(re.split(r"[\W_]+", file.stem.lower()))
    named = {one.number for one in known.values() if set(one.key.split("_")[1:]) <= words}
    return headings or named


def _defines_any(file: File, exercise: Exercise) -> bool:
    """Return whether a file defines what an exercise asks for, as one with all answers does."""
    return any(defines(file.text, name) for name in exercise.defines)


def _merit(file: File, exercise: Exercise, is_meant: bool) -> tuple[object, ...]:
    """Return what makes one of several files the better one: written at all, meant for it, of the exact name, ..."""
    try:
        is_blank = len(file.text) < LONGEST and len(unwritten(file.text, exercise.defines)) == len(exercise.defines)
        is_written = not file.trouble and not is_blank
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        is_written = True
    is_there = not file.trouble and _defines_any(file, exercise)
    return is_written, is_there, is_meant, file.stem == exercise.key, -file.name.count("/"), file.name
