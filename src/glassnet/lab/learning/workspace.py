"""A learner's folder: one file per exercise, and the progress. Learners' files are never overwritten."""

from __future__ import annotations

import contextlib
import itertools
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from glassnet.common.files import write_text
from glassnet.lab.autograder.diagnosis import PASSED
from glassnet.lab.autograder.sources import SUFFIXES, read_source
from glassnet.lab.course import CHAPTERS, course, exercise_in, folders
from glassnet.lab.exercise import FORMULA, Exercise
from glassnet.lab.lesson import parse_number

PROGRESS = ".glassnet-lab.json"
"""The progress file; it also marks a folder as a workspace."""

SKIPPED = "skipped"
"""The state of an exercise whose quiz question was answered instead."""

STATES = (PASSED, FORMULA, SKIPPED)
"""States of exercises that are done. FORMULA: only the tests of ordinary inputs have passed."""

HINTS = 3

README = """# A neural network by hand

{count} exercises, from a straight line to a network that reads handwritten digits. Each file is one exercise: read
it, replace `# YOUR CODE HERE` with your code, and save it.

    glassnet lab            # watch this folder: check each file you save, with feedback on every mistake
    glassnet lab hint       # show the next hint: first an idea, then the method, then nearly the code
    glassnet lab status     # show your progress

The files are plain Python with cells (`# %%`). Run them as scripts, or open them in an editor that supports cells.
Notebooks (`10_softmax.ipynb`) work as well; if there are both, the one saved last counts.
"""


@dataclass
class Workspace:
    """A learner's folder. states: one of STATES, by exercise number. hints: number of hints shown."""

    folder: Path
    states: dict[str, str] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)

    @classmethod
    def create(cls, folder: Path) -> tuple[Workspace, list[str]]:
        """Create a workspace, or add missing files to one; return it and the names of the files written."""
        if folder.exists() and not folder.is_dir():
            raise FileExistsError(f"{folder} is a file; give a folder")
        is_of_lab = folder.exists() and any((folder / f"{one.key}.py").exists() for one in course())
        if folder.exists() and not is_of_lab and not (folder / PROGRESS).exists() and any(folder.iterdir()):
            raise ValueError(f"{folder} is not empty; give a new folder")
        try:
            workspace, is_new = cls.open(folder), False
        except (FileNotFoundError, ValueError):  # a new workspace, or one with a damaged progress file
            workspace, is_new = cls(folder), True
        written = []
        for exercise in course():
            if workspace.file_of(exercise) is None:
                write_text(folder / f"{exercise.key}.py", exercise.lesson.file_text())
                written.append(f"{exercise.key}.py")
        if not (folder / "README.md").exists():
            write_text(folder / "README.md", README.format(count=len(folders())))
        if is_new:
            workspace.save()
        return workspace, written

    @classmethod
    def open(cls, folder: Path) -> Workspace:
        """Return the workspace in this folder; FileNotFoundError if there is none."""
        path = folder / PROGRESS
        if not path.is_file():
            raise FileNotFoundError(
                f"{folder.resolve()} is not a lab folder; run `glassnet lab new DIR` to create one, then change to it"
            )
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            states, hints = dict(kept["states"]), {key: int(count) for key, count in dict(kept["hints"]).items()}
        except (ValueError, KeyError, TypeError, OverflowError):
            raise ValueError(
                f"{path} is damaged; run `glassnet lab new {folder}` to create it again (your answers stay), then "
                "`glassnet lab check all` to restore your progress"
            ) from None
        return cls(folder, {key: state for key, state in states.items() if state in STATES}, hints)

    @classmethod
    def of_files(cls, folder: Path) -> Workspace:
        """Return the workspace in this folder; if there is none, one for the answers in it, such as notebooks."""
        if (folder / PROGRESS).is_file():
            return cls.open(folder)
        workspace = cls(folder)
        if not any(workspace.files_of(exercise) for exercise in course()):
            raise FileNotFoundError(f"{folder.resolve()} has no exercises of the lab")
        return workspace

    def save(self) -> None:
        """Save the progress."""
        data: dict[str, Any] = {"format": 1, "states": self.states, "hints": self.hints}
        write_text(self.folder / PROGRESS, json.dumps(data, indent=1) + "\n")

    def file_of(self, exercise: Exercise) -> Path | None:
        """Return the file of an exercise, script or notebook, that was saved last; None if there is none."""
        return max(self.files_of(exercise), key=lambda path: path.stat().st_mtime_ns, default=None)

    def files_of(self, exercise: Exercise) -> list[Path]:
        """Return the files of an exercise: a script, a notebook, or both."""
        return [path for suffix in SUFFIXES if (path := self.folder / f"{exercise.key}{suffix}").is_file()]

    def source(self, exercise: Exercise) -> str:
        """Return the source of an answer; FileNotFoundError if its file is missing."""
        path = self.file_of(exercise)
        if path is None:
            raise FileNotFoundError(
                f"{exercise.key}.py is missing; run `glassnet lab reset {exercise.number}` to restore the starter code"
            )
        return read_source(path)

    def modules(self) -> dict[str, str]:
        """Return the sources of the learner's other modules, which answers may import, by file name."""
        found = {}
        for path in self.folder.glob("*.py"):
            if path.is_file() and not parse_number(path.name):
                with contextlib.suppress(ValueError, OSError):  # a file that cannot be read cannot be imported
                    found[path.name] = read_source(path)
        return found

    def is_done(self, exercise: Exercise) -> bool:
        """Return whether an exercise has been passed, at any level, or skipped."""
        return exercise.number in self.states

    def set_state(self, exercise: Exercise, state: str) -> None:
        """Record one of STATES for an exercise, or, with "", that it is not done."""
        if self.states.get(exercise.number, "") == state:
            return
        if state:
            self.states[exercise.number] = state
        else:
            del self.states[exercise.number]
        self.save()

    def current(self) -> Exercise | None:
        """Return the first exercise that is not done, None at the end of the course."""
        folder = next((one for one in folders() if parse_number(one) not in self.states), None)
        return None if folder is None else exercise_in(folder)

    def done(self) -> int:
        """Return the number of exercises that are done."""
        return sum(parse_number(folder) in self.states for folder in folders())

    def next_hints(self, exercise: Exercise) -> list[str]:
        """Return the hints shown before and the next one; all hints if the exercise is done."""
        if self.is_done(exercise):
            return list(exercise.hints)
        level = min(self.hints.get(exercise.number, 0) + 1, HINTS)
        if self.hints.get(exercise.number) != level:
            self.hints[exercise.number] = level
            self.save()
        return list(exercise.hints[:level])

    def reset(self, exercise: Exercise) -> Path | None:
        """Restore an exercise's starter code; return the backup of the previous file, if there was one."""
        backup = None
        for path in self.files_of(exercise):
            names = (path.with_name(f"{path.stem}.before-reset-{i}{path.suffix}") for i in itertools.count(1))
            backup = next(name for name in names if not name.exists())
            path.rename(backup)
        write_text(self.folder / f"{exercise.key}.py", exercise.lesson.file_text())
        self.set_state(exercise, "")
        return backup

    def timestamps(self) -> dict[str, tuple[int, int]]:
        """Return the modification time and the size of each exercise's file, by the exercise's folder."""
        found: dict[str, tuple[int, int]] = {}
        for folder in folders():
            for suffix in SUFFIXES:
                try:
                    stat = (self.folder / f"{_key(folder)}{suffix}").stat()
                except OSError:
                    continue
                found[folder] = max((stat.st_mtime_ns, stat.st_size), found.get(folder, (0, 0)))
        return found


def _key(folder: str) -> str:
    return folder[1:]


def chapter_rows() -> list[tuple[str, list[Exercise]]]:
    """Return the chapters with their exercises."""
    known = set(folders())
    return [(name, [exercise_in(one) for one in inside if one in known]) for name, inside in CHAPTERS.items()]
