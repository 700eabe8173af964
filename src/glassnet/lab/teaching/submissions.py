"""Submissions: which learner submitted which file for which exercise. All files are read before any of them runs.

A submission is a folder or a zip archive with a file for each exercise, or a single file with all answers. A file is
assigned to an exercise by its name (10_softmax.py, softmax_ada.ipynb), else by the exercise's heading in it.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from glassnet.lab.autograder.answer_modules import defines, unimplemented
from glassnet.lab.autograder.sources import MAX_BYTES, SUFFIXES, decode_source, replace_surrogates
from glassnet.lab.course import course
from glassnet.lab.exercise import Exercise
from glassnet.lab.lesson import parse_number
from glassnet.lab.teaching.assignment import CONTENTS, FINALE

MAX_FILES = 2_000
"""Maximum number of files per learner."""

MAX_STARTER_LENGTH = 1_000_000
"""Longer files are not compared with the starter code."""

MAX_TOTAL_BYTES = 100 << 20
"""Maximum total size per learner."""

IGNORED = re.compile(rf"^(\.(?!\.$)|_)|\.before-reset-\d+\.|^({re.escape(CONTENTS)}|{re.escape(FINALE)})$")
"""Names of files that are ignored: hidden files, caches, backups, and notebooks without an exercise."""


@dataclass(frozen=True)
class File:
    """A submitted file. name: its path. text: its Python source. problem: why it could not be read."""

    name: str
    text: str = ""
    problem: str = ""

    @property
    def stem(self) -> str:
        """The file name without folder and suffix."""
        return PurePosixPath(self.name).stem


@dataclass(frozen=True)
class Submission:
    """A submission. name: the learner. files: the file for each exercise, by number.

    modules: sources of other modules that answers may import, by file name. notes: files that were not used, and why.
    """

    name: str
    files: Mapping[str, File] = field(default_factory=dict)
    modules: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_submissions(folder: Path, exclude: Iterable[Path] = ()) -> list[Submission]:
    """Return the submissions in a folder, by name; ValueError if there are none, or if it is a single learner's folder.

    exclude: folders that are not submissions, such as the one for feedback.
    """
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is not a folder")
    found: dict[str, list[tuple[str, bytes]]] = {}
    keys, others = {exercise.key for exercise in course()}, {path.resolve() for path in exclude}
    for path in sorted(folder.iterdir()):
        # Symbolic links may lead out of the folder.
        if IGNORED.search(path.name) or path.is_symlink() or path.resolve() in others:
            continue
        if path.is_dir():
            found.setdefault(_readable(path.name), []).extend(_files_in(path))
        elif path.stem in keys and path.suffix.lower() in SUFFIXES:
            raise ValueError(
                f"{folder} looks like a single submission, since it contains {path.name}; give the folder with a "
                "folder for each learner"
            )
        elif path.suffix.lower() in (*SUFFIXES, ".zip"):
            # Some systems prefix each file with the name: ada_10_softmax.py, ada_15_back_propagation.py
            prefixed = next((one for key in keys if (one := re.fullmatch(rf"(.+?)[ _-]+{key}", path.stem))), None)
            name = _readable(prefixed[1] if prefixed else path.stem)
            found.setdefault(name, []).append((_readable(path.name), _bytes(path)))
    if not found:
        raise ValueError(f"{folder} contains no submissions: a folder, or a .py, .ipynb, or .zip file, for each")
    return [read_submission(name, files) for name, files in sorted(found.items())]


def read_submission(name: str, sent: Iterable[tuple[str, bytes]]) -> Submission:
    """Return the submission with these files, each given as name and bytes."""
    found: list[File] = []
    notes: list[str] = []
    for where, data in _unpacked(sent, notes):
        if not where.lower().endswith(SUFFIXES):
            notes.append(f"{where}: ignored, since it is neither .py nor .ipynb")
            continue
        try:
            found.append(File(where, decode_source(where.lower(), data)))
        except ValueError as error:
            found.append(File(where, problem=str(error)))
    claims = {file.name: _claims(file) for file in found}
    files: dict[str, File] = {}
    for exercise in course():
        fitting = [file for file in found if exercise.number in claims[file.name] or _defines_any(file, exercise)]
        fitting.sort(key=lambda file: _rank(file, exercise, exercise.number in claims[file.name]))
        if fitting:
            files[exercise.number] = fitting[-1]
        if unused := [file.name for file in fitting[:-1] if exercise.number in claims[file.name]]:
            notes.append(f"exercise {exercise.number}: {fitting[-1].name} was graded, not {', '.join(unused)}")
    others = [file for file in found if file.name.lower().endswith(".py") and not parse_number(file.stem)]
    modules = {PurePosixPath(file.name).name: file.text for file in others if not file.problem}
    graded = {file.name for file in files.values()}
    notes += [
        f"{file.name}: ignored, since it belongs to no exercise"
        for file in found
        if file not in others and file.name not in graded and not claims[file.name]
    ]
    return Submission(name, files, modules, tuple(notes))


def _readable(name: str) -> str:
    """Return a file name as text, even if it is not UTF-8, as in some zip archives."""
    return os.fsencode(name).decode("utf-8", "replace")


def _files_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files in a learner's folder, without symbolic links and hidden files."""
    count = 0
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if not IGNORED.search(one) and not Path(where, one).is_symlink())
        for path in (Path(where, name) for name in sorted(names) if not IGNORED.search(name)):
            if path.is_file() and not path.is_symlink() and count < MAX_FILES:
                count += 1
                yield _readable(path.relative_to(folder).as_posix()), _bytes(path)


def _bytes(path: Path) -> bytes:
    """Return the bytes of a file, at most one more than allowed, to save memory."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _unpacked(sent: Iterable[tuple[str, bytes]], notes: list[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the files, and those in zip archives, up to the size limit; nothing is written to disk."""
    room = MAX_TOTAL_BYTES
    for where, data in sent:
        pieces = _in_zip(where, data, notes) if where.lower().endswith(".zip") else iter([(where, data)])
        for name, piece in pieces:
            room -= len(piece)
            if room < 0:
                notes.append(
                    f"{name} and all later files: ignored, since the submission exceeds {MAX_TOTAL_BYTES >> 20} MB"
                )
                return
            yield name, piece


def _in_zip(where: str, data: bytes, notes: list[str]) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            meant = [one for one in archive.infolist() if not one.is_dir() and one.filename.lower().endswith(SUFFIXES)]
            meant = [one for one in meant if not any(map(IGNORED.search, PurePosixPath(one.filename).parts))]
            for member in meant[:MAX_FILES]:
                with archive.open(member) as file:
                    yield replace_surrogates(f"{where}/{member.filename}"), file.read(MAX_BYTES + 1)
    except (
        Exception
    ) as error:  # a damaged archive raises many kinds: BadZipFile, zlib.error, EOFError, struct.error, ...
        notes.append(f"{where}: cannot be unpacked: {error}")


def _claims(file: File) -> set[str]:
    """Return the exercises that a file belongs to, by its name, else by the headings in it."""
    known = {exercise.number: exercise for exercise in course()}
    if (number := parse_number(file.stem)) in known:
        return {number}
    headings = set(re.findall(r"(?m)^(?:# )?# Exercise (\w+) ·", file.text)) & set(known)
    words = set(re.split(r"[\W_]+", file.stem.lower()))
    named = {one.number for one in known.values() if set(one.key.split("_")[1:]) <= words}
    return headings or named


def _defines_any(file: File, exercise: Exercise) -> bool:
    """Return whether a file defines a name of an exercise."""
    return any(defines(file.text, name) for name in exercise.defines)


def _rank(file: File, exercise: Exercise, is_claimed: bool) -> tuple[object, ...]:
    """Return the sort key for choosing among several files; the largest is graded."""
    try:
        is_blank = len(file.text) < MAX_STARTER_LENGTH and len(unimplemented(file.text, exercise.defines)) == len(
            exercise.defines
        )
        is_written = not file.problem and not is_blank
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        is_written = True
    is_there = not file.problem and _defines_any(file, exercise)
    return is_written, is_there, is_claimed, file.stem == exercise.key, -file.name.count("/"), file.name
