"""`glassnet lab`: a course in which learners implement a neural network, with an autograder."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from glassnet.cli import lab_teachers
from glassnet.cli.lab_teachers import Level
from glassnet.common import interrupts
from glassnet.common.streams import is_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from glassnet.lab.drawing.panels import Figure
    from glassnet.lab.exercise import Exercise
    from glassnet.lab.learning.workspace import Workspace

lab = typer.Typer(
    name="lab", help="Learn how neural networks work: a course with an autograder.", no_args_is_help=False
)
Number = Annotated[
    str | None, typer.Argument(metavar="[EXERCISE]", help="Number or name of the exercise (default: the current one).")
]
Needed = Annotated[
    str, typer.Argument(metavar="EXERCISE", help="Number or name of the exercise, such as 10 or softmax.")
]


def _here(exercise: str | None) -> tuple[Workspace, Exercise]:
    from glassnet.lab.course import course, find_exercise
    from glassnet.lab.learning.workspace import Workspace

    workspace = Workspace.open(Path())
    if exercise is not None:
        return workspace, find_exercise(exercise)
    return workspace, workspace.current() or course()[-1]


def _here_or_anywhere(exercise: str | None) -> tuple[Workspace | None, Exercise]:
    """Return the lab folder and the exercise; outside a lab folder, as for teachers, None and the exercise."""
    from glassnet.lab.course import find_exercise
    from glassnet.lab.learning.workspace import PROGRESS

    return (None, find_exercise(exercise)) if exercise and not Path(PROGRESS).exists() else _here(exercise)


@lab.callback(invoke_without_command=True)
def watch(context: typer.Context) -> int:
    """Learn how neural networks work: a course with an autograder.

    Without a command, watch the current folder and check each exercise when its file is saved.
    """
    if context.invoked_subcommand is not None:
        return 0
    import sys

    from glassnet.cli.terminal import Console
    from glassnet.lab.learning.watch import WatchSession

    workspace, exercise = _here(None)
    if sys.stdin is None or not is_terminal(sys.stdout):
        raise ValueError("watch mode needs a terminal; use `glassnet lab check` instead")
    WatchSession(workspace, Console(highlight=False), exercise).run()
    return interrupts.status() if interrupts.received() else 0


@lab.command()
def new(
    folder: Annotated[Path, typer.Argument(help="New folder, or a lab folder with missing files.")],
) -> None:
    """Create a folder with a file for each exercise. Existing files are kept."""
    from glassnet.lab.learning.workspace import Workspace

    workspace, written = Workspace.create(folder)
    where = "this folder" if folder.resolve() == Path().resolve() else str(folder)
    if not written:
        print(f"No exercise is missing in {where}.")
        return
    print(f"Wrote {len(written)} {'exercise' if len(written) == 1 else 'exercises'} to {where}.")
    first = workspace.current()
    command = "glassnet lab" if where == "this folder" else f"cd {folder} && glassnet lab"
    begin = f", and open {first.key}.py in an editor" if first else ""
    print(f"Next: run `{command}`{begin}.")


@lab.command()
def check(
    exercise: Number = None,
    full: Annotated[bool, typer.Option("--full", help="Show the values of all failed tests.")] = False,
    level: Level = "full",
    figure: Annotated[bool, typer.Option("--figure/--no-figure", help="Draw the figure of a passed exercise.")] = True,
) -> int:
    """Check one exercise, or `all`: points, and the first reason why an exercise does not pass.

    The exit status is 1 if the exercise does not pass; with `all`, if an exercise that is started does not pass.
    """
    from glassnet.cli.terminal import Console
    from glassnet.lab.autograder.diagnosis import NOT_STARTED, PASSED
    from glassnet.lab.course import course
    from glassnet.lab.learning.files import check_file, check_files
    from glassnet.lab.learning.illustration import illustrate, print_live
    from glassnet.lab.learning.screen import (
        render_explanation,
        render_header,
        render_result,
        render_total,
        render_verdict,
        stack,
    )

    console = Console(highlight=False)
    if exercise == "all":
        workspace, _ = _here(None)
        chosen_files = [one.at_level(level) for one in course() if workspace.file_of(one) is not None]
        verdicts = []
        for verdict in check_files(workspace, chosen_files):
            verdicts.append(verdict)
            console.print(render_result(verdict))
        console.print(render_total(workspace, verdicts))
        return 0 if all(verdict.state in (PASSED, NOT_STARTED) for verdict in verdicts) else 1
    workspace, chosen = _here(exercise)
    verdict = check_file(workspace, chosen.at_level(level))
    console.print(stack([render_header(workspace, chosen), render_verdict(verdict, full)]))
    if figure and verdict.state == PASSED:
        console.print()
        print_live(console, illustrate(workspace, chosen, is_live=console.is_terminal))
    console.print(render_explanation(verdict))
    return 0 if verdict.state == PASSED else 1


@lab.command()
def figure(
    exercise: Number = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE.png", help="Write the figure to this PNG file.")] = None,
) -> int:
    """Draw the figure of an exercise with your own functions, in the terminal or as a PNG file."""
    from glassnet.cli.terminal import Console
    from glassnet.lab.drawing.png import write_png
    from glassnet.lab.drawing.sources import has_figure
    from glassnet.lab.learning.illustration import illustrate, print_live

    if out is not None and out.suffix.lower() != ".png":
        raise ValueError(f"--out should be a .png file, got {out}")
    workspace, chosen = _here(exercise)
    if not has_figure(chosen):
        raise ValueError(f"exercise {chosen.number} has no figure")
    console = Console(highlight=False)
    last = print_live(console, illustrate(workspace, chosen, is_live=console.is_terminal))
    if last is None or last.figure is None:
        return 1
    if out is not None:
        write_png(last.figure, out)
        print(f"Wrote {out}.")
    return 0


@lab.command()
def hint(exercise: Number = None) -> None:
    """Show the next hint, below the previous ones: an idea, the method, nearly the code."""
    from glassnet.cli.terminal import Console
    from glassnet.lab.learning.screen import render_header, render_hints

    workspace, chosen = _here(exercise)
    console = Console(highlight=False)
    console.print(render_header(workspace, chosen))
    console.print(render_hints(workspace.next_hints(chosen)))


@lab.command()
def status() -> None:
    """Show the progress in all exercises."""
    from glassnet.cli.terminal import Console
    from glassnet.lab.learning.screen import render_exercise_list

    workspace, _ = _here(None)
    Console(highlight=False).print(render_exercise_list(workspace))


@lab.command()
def explain(exercise: Number = None) -> None:
    """Show the lesson of an exercise."""
    from glassnet.cli.terminal import Console
    from glassnet.lab.learning.screen import render_lesson

    Console(highlight=False).print(render_lesson(_here_or_anywhere(exercise)[1]))


@lab.command()
def reset(
    exercise: Needed, yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False
) -> None:
    """Restore the starter code of an exercise, and keep a backup of your file."""
    workspace, chosen = _here(exercise)
    if not yes:
        backup = " Your file is kept under another name." if workspace.file_of(chosen) else ""
        if not typer.confirm(f"Restore the starter code of {chosen.key}.py?{backup}"):
            print("Nothing changed.")
            return
    kept = workspace.reset(chosen)
    print(f"Restored {chosen.key}.py." + (f" Your file is now {kept.name}." if kept else ""))


@lab.command()
def solution(exercise: Needed) -> None:
    """Show the reference solution of an exercise that you have passed or skipped; outside a lab folder, of any."""
    workspace, chosen = _here_or_anywhere(exercise)
    if workspace is not None and not workspace.is_done(chosen):
        raise ValueError(
            f"exercise {chosen.number} has not passed yet; `glassnet lab hint {chosen.number}` shows a hint"
        )
    print(chosen.lesson.solution.rstrip())


@lab.command()
def skip(exercise: Number = None) -> int:
    """Skip an exercise by answering a quiz question."""
    from glassnet.cli.terminal import Console
    from glassnet.lab.learning.quiz import is_correct, is_number, question
    from glassnet.lab.learning.workspace import SKIPPED

    workspace, chosen = _here(exercise)
    if workspace.is_done(chosen):
        print(f"Exercise {chosen.number} is already done.")
        return 0
    text, answer = question(chosen, secrets.randbits(32))
    Console(highlight=False).print(text, markup=False)
    typed = typer.prompt("", prompt_suffix="> ")
    while not is_number(typed):
        typed = typer.prompt(f"The answer should be a number, got {typed!r}.", prompt_suffix="\n> ")
    if not is_correct(answer, typed):
        print("Incorrect. Do the exercise, or try again with another question.")
        return 1
    workspace.set_state(chosen, SKIPPED)
    print(f"Correct. Exercise {chosen.number} is skipped.")
    return 0


@lab.command()
def finale(
    epochs: Annotated[int, typer.Option(help="Number of epochs.")] = 100,
    seed: Annotated[int, typer.Option(help="Seed of the split, the initial weights, and the order of samples.")] = 0,
) -> None:
    """Train a network on digits with all your functions, and save the model and three figures."""
    from glassnet.cli.terminal import Console
    from glassnet.common.checks import whole_number
    from glassnet.lab.drawing.live import paced
    from glassnet.lab.finale import check_used, run_finale, save_results
    from glassnet.lab.learning.illustration import print_live
    from glassnet.lab.learning.screen import render_finale

    workspace, _ = _here(None)
    times = whole_number("--epochs", epochs, at_least=1)
    console = Console(highlight=False)
    console.print("Checking your files …", style="dim")
    for one in check_used(workspace):
        console.print(f"{one.key} no longer passes; using the reference solution", style="yellow")
    console.print(f"Training a 64-6-5-10 network on handwritten digits: {times} epochs, batch size 1 …")

    def show(figures: Iterator[Figure]) -> None:
        print_live(console, paced(figures, console.is_terminal))

    results = run_finale(workspace, times, seed, show)
    console.print(render_finale(results, save_results(results, workspace.folder)))


@lab.command()
def mistakes(
    exercise: Needed,
    name: Annotated[str | None, typer.Argument(help="Name of the mistake (default: list all names).")] = None,
) -> None:
    """Show a known mistake: the change in the code, and the feedback on it."""
    from glassnet.lab.autograder.checking import checker_for
    from glassnet.lab.autograder.diagnosis import find_mistake
    from glassnet.lab.course import find_exercise
    from glassnet.lab.learning.feedback import verdict_text
    from glassnet.lab.learning.workspace import PROGRESS, Workspace

    chosen = find_exercise(exercise)
    if name is None:
        print("\n".join(one.name for one in chosen.mistakes))
        return
    checker, known = checker_for(chosen.folder), find_mistake(chosen, name)
    is_unsolved = (Path() / PROGRESS).exists() and not Workspace.open(Path()).is_done(chosen)
    for old, new in known.edits if not is_unsolved else ():  # the correct code would give the solution away
        print(f"correct:  {old.strip()}\nmistake:  {new.strip()}\n")
    print(verdict_text(checker.verdict(checker.behavior(known)), is_full=True))


@lab.command()
def errata(
    which: Annotated[str, typer.Argument(help="loss or accuracy.")],
) -> None:
    """Reproduce an erratum of the original notebook: its constant loss, or its accuracy of 90%."""
    from glassnet.lab.original_notebook import accuracy_erratum, loss_erratum

    reports = {"loss": loss_erratum, "accuracy": accuracy_erratum}
    if which not in reports:
        raise ValueError(f"unknown erratum {which!r}; known: {', '.join(reports)} (docs/errata.md lists the others)")
    print(reports[which]())


# Commands are listed in the order of their registration: learners' commands come first.
lab.command()(lab_teachers.assignment)
lab.command()(lab_teachers.grade)
lab.add_typer(lab_teachers.dev)
