"""The lab that watches: on every save it checks that exercise, and shows what is right, what is not, and why."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Console, RenderableType
from rich.text import Text

from glassnet.lab.course import course, exercise_in
from glassnet.lab.exercise import Exercise
from glassnet.lab.judging.checking import verdict_on
from glassnet.lab.judging.diagnosis import BROKEN, FAILED, PASSED, Verdict
from glassnet.lab.judging.running import AbandonedError, Handed
from glassnet.lab.learning.keys import key_within, keyboard
from glassnet.lab.learning.screen import (
    exercises_listed,
    head,
    hints_told,
    keys_shown,
    lesson_learned,
    lesson_text,
    stacked,
    verdict_of,
)
from glassnet.lab.learning.view import View
from glassnet.lab.learning.workspace import Workspace

INTERVAL = 0.1
"""How often, in seconds, the files are looked at."""


@dataclass
class Watch:
    """A session of watching a folder: which exercise it is about, and what was last found out about it.

    pending: keys that were pressed while a check was running.
    """

    workspace: Workspace
    console: Console
    exercise: Exercise
    verdict: Verdict | None = None
    stamps: dict[str, tuple[int, int]] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.view = View(self.console)

    def run(self) -> None:
        """Watch until q is pressed."""
        self.stamps = self.workspace.stamps()
        with contextlib.suppress(KeyboardInterrupt), keyboard(self.view.draw):
            self.look()
            while True:
                key = self.pending.pop(0) if self.pending else key_within(INTERVAL)
                if key == "q":
                    break
                if key in SCROLLING:
                    self.view.scroll(**SCROLLING[key])
                try:
                    if key in ACTIONS:
                        ACTIONS[key](self)
                    self.look_if_saved()
                except (OSError, ValueError) as error:  # a folder that is gone, a disk that is full
                    self.show(Text(str(error), "red"))
                self.view.draw_if_resized()
        self.console.print(Text(f"\n{self.workspace.done()} done; `glassnet lab` goes on from here.", "dim"))

    def look_if_saved(self) -> None:
        """Check the exercise whose file was saved since the last time, if one was; or say that the file is gone."""
        stamps = self.workspace.stamps()
        saved = [folder for folder, stamp in stamps.items() if self.stamps.get(folder) != stamp]
        is_gone = self.exercise.folder in self.stamps and self.exercise.folder not in stamps
        self.stamps = stamps
        if saved:
            self.exercise = exercise_in(saved[-1])
        if saved or is_gone:
            self.look()

    def look(self) -> None:
        """Check the exercise and show what was found out."""
        self.verdict = None
        self.show(Text("checking …", "dim"))
        try:
            self.verdict = checked(self.workspace, self.exercise, self.is_wanted)
            self.tell()
        except AbandonedError:  # there is a newer text, or somebody wants to go
            return
        except (OSError, ValueError) as error:
            here = ", as x does here" if isinstance(error, FileNotFoundError) else ""
            self.show(Text(f"{error}{here}", "red"))

    def is_wanted(self) -> bool:
        """Return whether what is being checked is still what there is, and somebody is there to read the verdict."""
        if key := key_within(0):
            self.pending.append(key)
        return "q" not in self.pending and self.workspace.stamps() == self.stamps

    def tell(self, *more: RenderableType, is_full: bool = False, around: str = "") -> None:
        """Show the verdict, and more below it."""
        parts = []
        if self.verdict is not None:
            parts.append(verdict_of(self.verdict, is_full, "watch"))
            if self.verdict.state == PASSED:
                parts.append(lesson_learned(self.verdict))
        self.show(*parts, *more, around=around)

    def show(self, *parts: RenderableType, around: str = "") -> None:
        """Show these parts between the head and the keys. around: words that are to be in sight."""
        self.view.show(head(self.workspace, self.exercise), stacked(parts), keys_shown(), around)

    def next(self) -> None:
        """Go to the next exercise that is not done, once this one is."""
        if not self.workspace.is_done(self.exercise):
            number = self.exercise.number
            words = f"\nThis one is not passed yet. (`glassnet lab skip {number}` asks you a question instead.)"
            self.tell(Text(words, "yellow"), around="This one is not passed")
            return
        following = self.workspace.current()
        if following is None:
            words = "\nThat was the last one. `glassnet lab finale` runs all you have written, together."
            self.tell(Text(words, "bold green"), around="That was the last one")
            return
        self.exercise = following
        self.look()

    def hint(self) -> None:
        """Show the next hint, below those that were shown before."""
        hints = self.workspace.next_hints(self.exercise)
        self.tell(hints_told(hints), around=f"Hint {len(hints)} of")

    def explain(self) -> None:
        """Show all that was seen, or, of what is passed or not begun, the lesson's text."""
        if self.verdict is not None and self.verdict.state in (FAILED, BROKEN):
            self.tell(is_full=True)
        else:
            self.show(lesson_text(self.exercise))

    def list(self) -> None:
        """Show all exercises."""
        self.show(exercises_listed(self.workspace), around="▸")

    def check_all(self) -> None:
        """Check every file that is there, and show the list."""
        with contextlib.suppress(AbandonedError):
            for exercise in course():
                if self.workspace.file_of(exercise) is not None:
                    self.show(Text(f"checking {exercise.number} …", "dim"))
                    with contextlib.suppress(OSError, ValueError):  # it says so when it is looked at
                        checked(self.workspace, exercise, self.is_wanted)
        self.list()

    def reset(self) -> None:
        """Ask, then write the exercise's file anew."""
        there = self.workspace.file_of(self.exercise)
        kept = " What is there is kept under another name." if there else ""
        self.show(Text(f"Write {self.exercise.key}.py anew?{kept} y / n", "bold"))
        key = ""
        while not key:
            key = key_within(INTERVAL)
        if key == "y":
            self.workspace.reset(self.exercise)
            self.stamps = self.workspace.stamps()
        self.look()


SCROLLING: dict[str, dict[str, int]] = {
    "up": {"lines": -1},
    "down": {"lines": 1},
    "page up": {"pages": -1},
    "page down": {"pages": 1},
}

ACTIONS: dict[str, Callable[[Watch], None]] = {
    "n": Watch.next,
    "h": Watch.hint,
    "e": Watch.explain,
    "l": Watch.list,
    "c": Watch.check_all,
    "x": Watch.reset,
}


def checked(workspace: Workspace, exercise: Exercise, is_wanted: Callable[[], bool] = lambda: True) -> Verdict:
    """Check a learner's file and write down whether it has passed. is_wanted: see Handed."""
    path = workspace.file_of(exercise)
    try:
        source = workspace.source(exercise)
    except ValueError as error:
        verdict = Verdict(exercise, BROKEN, trouble=str(error))
    else:
        handed = Handed(source, path.name if path else exercise.key, workspace.beside(), is_wanted)
        verdict = verdict_on(exercise, handed)
    state = workspace.states.get(exercise.number, "")
    if verdict.state == PASSED:
        workspace.set_state(exercise, PASSED)
    elif state == PASSED:
        workspace.set_state(exercise, "")
    return verdict
