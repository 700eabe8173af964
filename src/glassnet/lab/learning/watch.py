"""Watch mode: checks an exercise whenever its file is saved, and shows the feedback."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Console, RenderableType
from rich.text import Text

from glassnet.lab.autograder.diagnosis import BROKEN, FAILED, PASSED, Verdict
from glassnet.lab.autograder.running import CanceledError
from glassnet.lab.course import course, exercise_in, folders
from glassnet.lab.exercise import Exercise
from glassnet.lab.learning.files import check_file
from glassnet.lab.learning.illustration import illustrate, render_illustration
from glassnet.lab.learning.keys import keyboard, read_key
from glassnet.lab.learning.screen import (
    render_exercise_list,
    render_explanation,
    render_header,
    render_hints,
    render_keys,
    render_lesson,
    render_verdict,
    stack,
)
from glassnet.lab.learning.view import View
from glassnet.lab.learning.workspace import Workspace

INTERVAL = 0.1
"""Interval in seconds at which files are polled."""


@dataclass
class WatchSession:
    """A session of watch mode: the current exercise, its last verdict, and its figure.

    pending: keys pressed during a check.
    """

    workspace: Workspace
    console: Console
    exercise: Exercise
    verdict: Verdict | None = None
    timestamps: dict[str, tuple[int, int]] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)
    figure: RenderableType | None = None

    def __post_init__(self) -> None:
        self.view = View(self.console)

    def run(self) -> None:
        """Run until q is pressed."""
        self.timestamps = self.workspace.timestamps()
        with contextlib.suppress(KeyboardInterrupt), keyboard(self.view.draw):
            self.check()
            while True:
                key = self.pending.pop(0) if self.pending else read_key(INTERVAL)
                if key == "q":
                    break
                if key in SCROLLING:
                    self.view.scroll(**SCROLLING[key])
                try:
                    if key in ACTIONS:
                        ACTIONS[key](self)
                    self.check_if_saved()
                except (OSError, ValueError) as error:  # the folder was deleted, or the disk is full
                    self.show(Text(str(error), "red"))
                self.view.draw_if_resized()
        self.console.print(
            Text(
                f"\n{self.workspace.done()} of {len(folders())} exercises done. Run `glassnet lab` to continue.", "dim"
            )
        )

    def check_if_saved(self) -> None:
        """Check the exercise whose file was saved, if one was; report a file that was deleted."""
        timestamps = self.workspace.timestamps()
        saved = [folder for folder, time in timestamps.items() if self.timestamps.get(folder) != time]
        is_gone = self.exercise.folder in self.timestamps and self.exercise.folder not in timestamps
        self.timestamps = timestamps
        if saved:
            self.exercise = exercise_in(saved[-1])
        if saved or is_gone:
            self.check()

    def check(self) -> None:
        """Check the exercise and show its verdict."""
        self.verdict = self.figure = None
        self.show(Text("Checking …", "dim"))
        try:
            self.verdict = check_file(self.workspace, self.exercise, self.is_wanted)
            self.show_verdict()
            if self.verdict.state == PASSED:
                self.draw_figure()
        except CanceledError:  # the file was saved again, or q was pressed
            return
        except (OSError, ValueError) as error:
            keys = " (or press x)" if isinstance(error, FileNotFoundError) else ""
            self.show(Text(f"{error}{keys}", "red"))

    def draw_figure(self) -> None:
        """Show the exercise's figure below the verdict until it is complete, a key is pressed, or a file is saved."""
        for one in illustrate(self.workspace, self.exercise, lambda: self.is_wanted() and not self.pending):
            self.figure = render_illustration(one, self.console.width)
            self.show_verdict()

    def is_wanted(self) -> bool:
        """Return whether the running check is still current."""
        if key := read_key(0):
            self.pending.append(key)
        return "q" not in self.pending and self.workspace.timestamps() == self.timestamps

    def show_verdict(self, *more: RenderableType, is_full: bool = False, focus: str = "") -> None:
        """Show the verdict, and further parts below it."""
        parts = []
        if self.verdict is not None:
            parts.append(render_verdict(self.verdict, is_full, "watch"))
            if self.verdict.state == PASSED:
                parts += [Text(), self.figure] if self.figure is not None else []
                parts.append(render_explanation(self.verdict))
        self.show(*parts, *more, focus=focus)

    def show(self, *parts: RenderableType, focus: str = "") -> None:
        """Show these parts between header and keys. focus: text to scroll to."""
        self.view.show(render_header(self.workspace, self.exercise), stack(parts), render_keys(), focus)

    def next(self) -> None:
        """Go to the next exercise that is not done, if this one is."""
        if not self.workspace.is_done(self.exercise):
            number = self.exercise.number
            text = f"\nThis exercise has not passed yet. To skip it, run `glassnet lab skip {number}`."
            self.show_verdict(Text(text, "yellow"), focus="This exercise has not passed")
            return
        following = self.workspace.current()
        if following is None:
            text = "\nThis was the last exercise. Run `glassnet lab finale` to train a network with all your functions."
            self.show_verdict(Text(text, "bold green"), focus="This was the last exercise")
            return
        self.exercise = following
        self.check()

    def hint(self) -> None:
        """Show the next hint, below the previous ones."""
        hints = self.workspace.next_hints(self.exercise)
        self.show_verdict(render_hints(hints), focus=f"Hint {len(hints)} of")

    def explain(self) -> None:
        """Show all values of failed tests; if there are none, the lesson."""
        if self.verdict is not None and self.verdict.state in (FAILED, BROKEN):
            self.show_verdict(is_full=True)
        else:
            self.show(render_lesson(self.exercise))

    def list(self) -> None:
        """Show all exercises."""
        self.show(render_exercise_list(self.workspace), focus="▸")

    def check_all(self) -> None:
        """Check every file and show the list of exercises."""
        with contextlib.suppress(CanceledError):
            for exercise in course():
                if self.workspace.file_of(exercise) is not None:
                    self.show(Text(f"Checking exercise {exercise.number} …", "dim"))
                    with contextlib.suppress(OSError, ValueError):  # reported when that exercise is opened
                        check_file(self.workspace, exercise, self.is_wanted)
        self.list()

    def reset(self) -> None:
        """Restore the exercise's starter code, after confirmation."""
        backup = " Your file is kept under another name." if self.workspace.file_of(self.exercise) else ""
        self.show(Text(f"Restore the starter code of {self.exercise.key}.py?{backup} (y/n)", "bold"))
        key = ""
        while not key:
            key = read_key(INTERVAL)
        if key == "y":
            self.workspace.reset(self.exercise)
            self.timestamps = self.workspace.timestamps()
        self.check()


SCROLLING: dict[str, dict[str, int]] = {
    "up": {"lines": -1},
    "down": {"lines": 1},
    "page up": {"pages": -1},
    "page down": {"pages": 1},
}

ACTIONS: dict[str, Callable[[WatchSession], None]] = {
    "n": WatchSession.next,
    "h": WatchSession.hint,
    "e": WatchSession.explain,
    "l": WatchSession.list,
    "c": WatchSession.check_all,
    "x": WatchSession.reset,
}
