"""A learner's folder: a file per exercise, and what has been passed so far. No file of the learner's is overwritten."""

from __future__ import annotations

import contextlib
import itertools
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from glassnet.common.files import write_text
from glassnet.lab.course import CHAPTERS, course, exercise_in, folders, number_of
from glassnet.lab.exercise import Exercise
from glassnet.lab.judging.diagnosis import PASSED
from glassnet.lab.judging.sources import SUFFIXES, source_of

PROGRESS = ".glassnet-lab.json"
"""The file in which progress is kept; it also marks a folder as a learner's."""

SKIPPED = "skipped"
"""The state of an exercise whose question was answered in its place."""

HINTS = 3

README = """# A neural network by hand

{count} exercises, from a straight line to a network that reads handwritten digits. Every file here is one of them: read
it, write your answer where it says `# YOUR CODE HERE`, save it.

    glassnet lab            # watches this folder: every time you save, it says what is right, what is not, and why
    glassnet lab hint       # a nudge; again: the method; again: nearly the line
    glassnet lab status     # how far you are

The files are plain Python with cells (`# %%`): run them as scripts, or open them as notebooks in an editor that knows
cells. A notebook of the same name (`10_softmax.ipynb`) is read as well; where there are both, the one saved last.
"""


@dataclass
class Workspace:
    """A learner's folder. states: "passed" or "skipped", by the number of the exercise. hints: how many were shown."""

    folder: Path
    states: dict[str, str] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)

    @classmethod
    def create(cls, folder: Path) -> tuple[Workspace, list[str]]:
        """Make a learner's folder, or complete one that is there; return it and the names of the files written."""
        if folder.exists() and not folder.is_dir():
            raise FileExistsError(f"{folder} is a file; name a folder for the lab")
        is_of_lab = folder.exists() and any((folder / f"{one.key}.py").exists() for one in course())
        if folder.exists() and not is_of_lab and not (folder / PROGRESS).exists() and any(folder.iterdir()):
            raise ValueError(f"{folder} is not empty; name a new folder, the lab writes its files there")
        try:
            workspace, is_new = cls.open(folder), False
        except (FileNotFoundError, ValueError):  # a new one, or one whose progress is lost
            workspace, is_new = cls(folder), True
        written = []
        for exercise in course():
            if workspace.file_of(exercise) is None:
                write_text(folder / f"{exercise.key}.py", exercise.lesson.learners_file())
                written.append(f"{exercise.key}.py")
        if not (folder / "README.md").exists():
            write_text(folder / "README.md", README.format(count=len(folders())))
        if is_new:
            workspace.save()
        return workspace, written

    @classmethod
    def open(cls, folder: Path) -> Workspace:
        """Return the learner's folder at this place; FileNotFoundError with advice where there is none."""
        path = folder / PROGRESS
        if not path.is_file():
            raise FileNotFoundError(
                f"{folder.resolve()} is no folder of the lab; `glassnet lab new DIR` makes one, then go there"
            )
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            states, hints = dict(kept["states"]), {key: int(count) for key, count in dict(kept["hints"]).items()}
        except (ValueError, KeyError, TypeError, OverflowError):
            raise ValueError(
                f"{path} cannot be read; `glassnet lab new {folder}` makes it anew and leaves your answers as they "
                "are, then `glassnet lab check all` finds out what you have passed"
            ) from None
        return cls(folder, {key: state for key, state in states.items() if state in (PASSED, SKIPPED)}, hints)

    def save(self) -> None:
        """Write down how far the learner is."""
        words: dict[str, Any] = {"format": 1, "states": self.states, "hints": self.hints}
        write_text(self.folder / PROGRESS, json.dumps(words, indent=1) + "\n")

    def file_of(self, exercise: Exercise) -> Path | None:
        """Return the learner's file of an exercise, script or notebook, the one saved last; None if there is none."""
        return max(self.files_of(exercise), key=lambda path: path.stat().st_mtime_ns, default=None)

    def files_of(self, exercise: Exercise) -> list[Path]:
        """Return the learner's files of an exercise: a script, a notebook, or both."""
        return [path for suffix in SUFFIXES if (path := self.folder / f"{exercise.key}{suffix}").is_file()]

    def source(self, exercise: Exercise) -> str:
        """Return what the learner has written; FileNotFoundError where the file is gone."""
        path = self.file_of(exercise)
        if path is None:
            raise FileNotFoundError(
                f"there is no {exercise.key}.py here; `glassnet lab reset {exercise.number}` writes it anew"
            )
        return source_of(path)

    def beside(self) -> dict[str, str]:
        """Return the learner's other modules, which answers may import: their names and texts."""
        found = {}
        for path in self.folder.glob("*.py"):
            if path.is_file() and not number_of(path.name):
                with contextlib.suppress(ValueError, OSError):  # what cannot be read cannot be imported either
                    found[path.name] = source_of(path)
        return found

    def is_done(self, exercise: Exercise) -> bool:
        """Return whether an exercise has been passed or skipped."""
        return exercise.number in self.states

    def set_state(self, exercise: Exercise, state: str) -> None:
        """Write down that an exercise was passed or skipped, or, with "", that it is not passed any more."""
        if self.states.get(exercise.number, "") == state:
            return
        if state:
            self.states[exercise.number] = state
        else:
            del self.states[exercise.number]
        self.save()

    def current(self) -> Exercise | None:
        """Return the first exercise that is not done, None at the end of the course."""
        folder = next((one for one in folders() if number_of(one) not in self.states), None)
        return None if folder is None else exercise_in(folder)

    def done(self) -> int:
        """Return how many exercises are done."""
        return sum(number_of(folder) in self.states for folder in folders())

    def next_hints(self, exercise: Exercise) -> list[str]:
        """Return the hints that were shown before, and one more; all of them for what is done."""
        if self.is_done(exercise):
            return list(exercise.hints)
        level = min(self.hints.get(exercise.number, 0) + 1, HINTS)
        if self.hints.get(exercise.number) != level:
            self.hints[exercise.number] = level
            self.save()
        return list(exercise.hints[:level])

    def reset(self, exercise: Exercise) -> Path | None:
        """Write an exercise's file anew; what was there is kept beside it, under the name that is returned."""
        kept = None
        for path in self.files_of(exercise):
            names = (path.with_name(f"{path.stem}.before-reset-{i}{path.suffix}") for i in itertools.count(1))
            kept = next(name for name in names if not name.exists())
            path.rename(kept)
        write_text(self.folder / f"{exercise.key}.py", exercise.lesson.learners_file())
        self.set_state(exercise, "")
        return kept

    def stamps(self) -> dict[str, tuple[int, int]]:
        """Return when each exercise's file was last saved, by the exercise's folder: what changes when it is saved."""
        found: dict[str, tuple[int, int]] = {}
        for folder in folders():
            for suffix in SUFFIXES:
                try:
                    seen = (self.folder / f"{_key(folder)}{suffix}").stat()
                except OSError:
                    continue
                found[folder] = max((seen.st_mtime_ns, seen.st_size), found.get(folder, (0, 0)))
        return found


def _key(folder: str) -> str:
    return folder[1:]


def chapter_rows() -> list[tuple[str, list[Exercise]]]:
    """Return every chapter with its exercises."""
    there = set(folders())
    return [(name, [exercise_in(one) for one in inside if one in there]) for name, inside in CHAPTERS.items()]
