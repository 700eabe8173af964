"""The lab that watches: on every save it checks that exercise, and shows what is right, what is not, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Console, RenderableType
from rich.text import Text

from glassnet.lab.course import course, exercise_in
from glassnet.lab.exercise import Exercise
from glassnet.lab.judging.checking import check
from glassnet.lab.judging.diagnosis import PASSED, Verdict
from glassnet.lab.learning.keys import key_within, keyboard
from glassnet.lab.learning.screen import (
    exercises_listed,
    head,
    keys_shown,
    lesson_learnt,
    lesson_text,
    stacked,
    verdict_of,
)
from glassnet.lab.learning.workspace import HINTS, Workspace

INTERVAL = 0.1
"""How often, in seconds, the files are looked at."""


@dataclass
class Watch:
    """A session of watching a folder: which exercise it is about, and what was last found out about it."""

    workspace: Workspace
    console: Console
    exercise: Exercise
    verdict: Verdict | None = None
    stamps: dict[str, tuple[int, int]] = field(default_factory=dict)

    def run(self) -> None:
        """Watch until q is pressed."""
        self.stamps = self.workspace.stamps()
        with keyboard():
            self.look()
            while True:
                key = key_within(INTERVAL)
                if key == "q":
                    self.console.print()
                    return
                if key in ACTIONS:
                    ACTIONS[key](self)
                self.look_if_saved()

    def look_if_saved(self) -> None:
        """Check the exercise whose file was saved since the last time, if one was."""
        stamps = self.workspace.stamps()
        saved = [folder for folder, stamp in stamps.items() if self.stamps.get(folder) != stamp]
        self.stamps = stamps
        if saved:
            self.exercise = exercise_in(saved[-1])
            self.look()

    def look(self) -> None:
        """Check the exercise and show what was found out."""
        self.show(Text("checking …", "dim"))
        self.verdict = checked(self.workspace, self.exercise)
        self.tell()

    def tell(self, *more: RenderableType, is_full: bool = False) -> None:
        """Show the verdict, and more below it."""
        assert self.verdict is not None
        learnt = [lesson_learnt(self.verdict)] if self.verdict.state == PASSED else []
        self.show(verdict_of(self.verdict, is_full), *learnt, *more)

    def show(self, *parts: RenderableType) -> None:
        """Clear the screen and show these parts between the head and the keys."""
        self.console.clear()
        self.console.print(stacked([head(self.workspace, self.exercise), *parts, keys_shown()]))

    def next(self) -> None:
        """Go to the next exercise that is not done, once this one is."""
        if not self.workspace.is_done(self.exercise):
            number = self.exercise.number
            self.tell(
                Text(
                    f"\nThis one is not passed yet. (glassnet lab skip {number} asks you a question instead.)", "yellow"
                )
            )
            return
        following = self.workspace.current()
        if following is None:
            self.tell(
                Text(
                    "\nThat was the last one. `glassnet lab finale` runs all you have written, together.", "bold green"
                )
            )
            return
        self.exercise = following
        self.look()

    def hint(self) -> None:
        """Show the next hint."""
        level, text = self.workspace.next_hint(self.exercise)
        self.tell(Text(f"\nHint {level} of {HINTS}: {text}", "bold"))

    def explain(self) -> None:
        """Show all that was seen, or, of what is passed or not begun, the lesson's text."""
        assert self.verdict is not None
        if self.verdict.state in ("failed", "broken"):
            self.tell(is_full=True)
        else:
            self.show(lesson_text(self.exercise))

    def list(self) -> None:
        """Show all exercises."""
        self.show(exercises_listed(self.workspace))

    def check_all(self) -> None:
        """Check every file that is there, and show the list."""
        for exercise in course():
            if self.workspace.file_of(exercise) is not None:
                self.show(Text(f"checking {exercise.number} …", "dim"))
                checked(self.workspace, exercise)
        self.list()

    def reset(self) -> None:
        """Ask, then write the exercise's file anew."""
        self.show(Text(f"Write {self.exercise.key}.py anew? What is there is kept under another name. y / n", "bold"))
        key = ""
        while not key:
            key = key_within(INTERVAL)
        if key == "y":
            self.workspace.reset(self.exercise)
            self.stamps = self.workspace.stamps()
        self.look()


ACTIONS: dict[str, Callable[[Watch], None]] = {
    "n": Watch.next,
    "h": Watch.hint,
    "e": Watch.explain,
    "l": Watch.list,
    "c": Watch.check_all,
    "x": Watch.reset,
}


def checked(workspace: Workspace, exercise: Exercise) -> Verdict:
    """Check a learner's file and write down whether it has passed."""
    path = workspace.file_of(exercise)
    verdict = check(exercise, workspace.source(exercise), path.name if path else exercise.key)
    state = workspace.states.get(exercise.number, "")
    if verdict.state == PASSED:
        workspace.set_state(exercise, PASSED)
    elif state == PASSED:
        workspace.set_state(exercise, "")
    return verdict
