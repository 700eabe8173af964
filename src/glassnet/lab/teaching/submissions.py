"""What learners have handed in: whose it is, and which file answers which exercise. All of it is read before any runs.

A submission is a folder or a zip with a file for each exercise, or one file with all answers. A file is known by its
name (10_softmax.py, softmax_ada.ipynb), or else by the heading of the exercise in it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from glassnet.lab.course import course, number_of
from glassnet.lab.exercise import Exercise
from glassnet.lab.judging.answers import unwritten
from glassnet.lab.judging.sources import LARGEST, SUFFIXES, source_in

MOST_FILES = 2_000
"""So many files of one learner are looked at."""

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


def submissions_in(folder: Path) -> list[Submission]:
    """Return the submissions in a folder, by name; ValueError where there is none, or where it is one learner's own."""
    if not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder of submissions")
    handed: dict[str, list[tuple[str, bytes]]] = {}
    keys = {exercise.key for exercise in course()}
    for path in sorted(folder.iterdir()):
        if NOT_MEANT.search(path.name) or path.is_symlink():  # symbolic links may lead out of what was handed in
            continue
        if path.is_dir():
            handed.setdefault(path.name, []).extend(_files_in(path))
        elif path.stem in keys:
            raise ValueError(
                f"{folder} holds {path.name}, as one learner's own folder does; name the folder that holds a folder "
                "for each learner"
            )
        elif path.suffix in (*SUFFIXES, ".zip"):
            # Some systems put the name before each file: ada_10_softmax.py, ada_15_back_propagation.py
            prefixed = next((one for key in keys if (one := re.fullmatch(rf"(.+?)[ _-]+{key}", path.stem))), None)
            handed.setdefault(prefixed[1] if prefixed else path.stem, []).append((path.name, _bytes(path)))
    if not handed:
        raise ValueError(f"{folder} holds no submissions: a folder for each learner, or a .py, .ipynb or .zip for each")
    return [submission(name, files) for name, files in sorted(handed.items())]


def submission(name: str, handed: Iterable[tuple[str, bytes]]) -> Submission:
    """Return what a learner's files hold, each given as name and bytes."""
    found: list[File] = []
    notes: list[str] = []
    for where, data in _unpacked(handed, notes):
        if not where.endswith(SUFFIXES):
            notes.append(f"{where} was not read: it is neither .py nor .ipynb")
            continue
        try:
            found.append(File(where, source_in(where, data)))
        except ValueError as error:
            found.append(File(where, trouble=str(error)))
    files: dict[str, File] = {}
    for exercise in course():
        fitting = sorted((file for file in found if _answers(file, exercise)), key=lambda file: _merit(file, exercise))
        if fitting:
            files[exercise.number] = fitting[-1]
        if others := [file.name for file in fitting[:-1] if exercise.number in _numbers(file)]:
            notes.append(f"exercise {exercise.number}: {fitting[-1].name} was taken, and not {', '.join(others)}")
    taken = {file.name for file in files.values()}
    rest = [file for file in found if file.name not in taken and not _numbers(file)]
    beside = {PurePosixPath(file.name).name: file.text for file in rest if file.name.endswith(".py")}
    notes += [f"{file.name} answers no exercise" for file in rest if not file.name.endswith(".py")]
    return Submission(name, files, beside, tuple(notes))


def _files_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Give the files below a learner's folder, without what symbolic links lead to."""
    for count, path in enumerate(sorted(folder.rglob("*"))):
        inside = path.relative_to(folder)
        is_link = any((folder / one).is_symlink() for one in [inside, *inside.parents][:-1])
        if count < MOST_FILES and path.is_file() and not is_link and not any(map(NOT_MEANT.search, inside.parts)):
            yield inside.as_posix(), _bytes(path)


def _bytes(path: Path) -> bytes:
    """Return what a file holds, and of a large one a little more than is taken: it must not fill the memory."""
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def _unpacked(handed: Iterable[tuple[str, bytes]], notes: list[str]) -> Iterator[tuple[str, bytes]]:
    """Give the files, and in place of a zip what is in it; nothing is written anywhere."""
    for where, data in handed:
        if not where.endswith(".zip"):
            yield where, data
            continue
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for member in archive.infolist()[:MOST_FILES]:
                    is_meant = not any(map(NOT_MEANT.search, PurePosixPath(member.filename).parts))
                    if not member.is_dir() and is_meant and member.filename.endswith(SUFFIXES):
                        with archive.open(member) as file:
                            yield f"{where}/{member.filename}", file.read(LARGEST + 1)
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
            notes.append(f"{where} cannot be unpacked: {error}")


def _numbers(file: File) -> set[str]:
    """Return the exercises a file belongs to by its name, or else by the headings in it."""
    known = {exercise.number: exercise for exercise in course()}
    if (number := number_of(file.stem)) in known:
        return {number}
    words = set(re.split(r"[\W_]+", file.stem.lower()))
    for exercise in known.values():
        if exercise.key in file.stem.lower() or set(exercise.key.split("_")[1:]) <= words:
            return {exercise.number}
    headings = re.findall(r"(?m)^(?:# )?# Exercise (\w+) ·", file.text)
    return set(headings) & set(known)


def _answers(file: File, exercise: Exercise) -> bool:
    """Return whether an answer to an exercise may stand in a file."""
    numbers = _numbers(file)
    if numbers:
        return exercise.number in numbers
    return any(re.search(rf"(?m)^\s*(def|class)\s+{name}\b|^{name}\s*=", file.text) for name in exercise.defines)


def _merit(file: File, exercise: Exercise) -> tuple[object, ...]:
    """Return what makes one of several files the better one: written at all, of the right name, not in a subfolder."""
    try:
        is_written = not file.trouble and len(unwritten(file.text, exercise.defines)) < len(exercise.defines)
    except SyntaxError:
        is_written = True
    return is_written, exercise.number in _numbers(file), file.stem == exercise.key, -file.name.count("/"), file.name
