"""`glassnet lab`: a course in which a network is built by hand, checked at every step."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from glassnet.cli import lab_teachers

if TYPE_CHECKING:
    from glassnet.lab.exercise import Exercise
    from glassnet.lab.learning.workspace import Workspace

lab = typer.Typer(name="lab", help="A course: build a network by hand, checked at every step.", no_args_is_help=False)
lab.command()(lab_teachers.assignment)
lab.command()(lab_teachers.grade)
lab.add_typer(lab_teachers.dev)

Number = Annotated[
    str | None, typer.Argument(metavar="[EXERCISE]", help="Its number or name; the current one if not given.")
]
Needed = Annotated[str, typer.Argument(metavar="EXERCISE", help="Its number or name: 10, or softmax.")]


def _here(exercise: str | None) -> tuple[Workspace, Exercise]:
    from glassnet.lab.course import course, find_exercise
    from glassnet.lab.learning.workspace import Workspace

    workspace = Workspace.open(Path())
    if exercise is not None:
        return workspace, find_exercise(exercise)
    return workspace, workspace.current() or course()[-1]


@lab.callback(invoke_without_command=True)
def watch(context: typer.Context) -> None:
    """Watch this folder: check the exercise that is saved, and show what is right, what is not, and why."""
    if context.invoked_subcommand is not None:
        return
    import sys

    from rich.console import Console

    from glassnet.lab.learning.watch import Watch

    workspace, exercise = _here(None)
    if sys.stdin is None or not sys.stdout.isatty():
        raise ValueError("watching needs a terminal; elsewhere, `glassnet lab check` checks once")
    Watch(workspace, Console(highlight=False), exercise).run()


@lab.command()
def new(
    folder: Annotated[
        Path, typer.Argument(help="A folder that does not exist yet, or one of the lab to be completed.")
    ],
) -> None:
    """Write a file per exercise into a new folder; files that are there already stay as they are."""
    from glassnet.lab.learning.workspace import Workspace

    workspace, written = Workspace.create(folder)
    where = "this folder" if folder.resolve() == Path().resolve() else str(folder)
    if not written:
        print(f"no exercise was missing in {where}")
        return
    print(f"{len(written)} {'exercise' if len(written) == 1 else 'exercises'} written to {where}")
    first = workspace.current()
    there = "" if where == "this folder" else f"cd {folder}, then "
    begin = f"; begin with {first.key}.py" if first else ""
    print(f"{there}`glassnet lab` watches while you work{begin}")


@lab.command()
def check(
    exercise: Number = None, full: Annotated[bool, typer.Option("--full", help="Show all that was seen.")] = False
) -> int:
    """Check one exercise, or `all` of them; exit status 1 if it is not passed, or, of all, something you have begun."""
    from rich.console import Console

    from glassnet.lab.course import course
    from glassnet.lab.judging.diagnosis import PASSED, TO_DO
    from glassnet.lab.learning.screen import exercises_listed, head, lesson_learned, stacked, verdict_of
    from glassnet.lab.learning.watch import checked

    console = Console(highlight=False)
    if exercise == "all":
        workspace, _ = _here(None)
        verdicts = [checked(workspace, one) for one in course() if workspace.file_of(one) is not None]
        console.print(exercises_listed(workspace))
        return 0 if all(verdict.state in (PASSED, TO_DO) for verdict in verdicts) else 1
    workspace, chosen = _here(exercise)
    verdict = checked(workspace, chosen)
    console.print(stacked([head(workspace, chosen), verdict_of(verdict, full), lesson_learned(verdict)]))
    return 0 if verdict.state == PASSED else 1


@lab.command()
def hint(exercise: Number = None) -> None:
    """Show the next hint: a nudge, then the method, then nearly the line; and those that came before."""
    from rich.console import Console

    from glassnet.lab.learning.screen import head, hints_told

    workspace, chosen = _here(exercise)
    console = Console(highlight=False)
    console.print(head(workspace, chosen))
    console.print(hints_told(workspace.next_hints(chosen)))


@lab.command()
def status() -> None:
    """Show all exercises and which are done."""
    from rich.console import Console

    from glassnet.lab.learning.screen import exercises_listed

    workspace, _ = _here(None)
    Console(highlight=False).print(exercises_listed(workspace))


@lab.command()
def explain(exercise: Number = None) -> None:
    """Show the text of an exercise."""
    from rich.console import Console

    from glassnet.lab.learning.screen import lesson_text

    Console(highlight=False).print(lesson_text(_here(exercise)[1]))


@lab.command()
def reset(exercise: Needed, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Write an exercise's file anew; what was there is kept beside it."""
    workspace, chosen = _here(exercise)
    if not yes:
        there = " What is there is kept under another name." if workspace.file_of(chosen) else ""
        if not typer.confirm(f"Write {chosen.key}.py anew?{there}"):
            print("nothing was changed")
            return
    kept = workspace.reset(chosen)
    print(f"{chosen.key}.py is new" + (f", what was there is {kept.name}" if kept else ""))


@lab.command()
def solution(exercise: Needed) -> None:
    """Show the reference answer, once yours has passed."""
    workspace, chosen = _here(exercise)
    if not workspace.is_done(chosen):
        raise ValueError(f"exercise {chosen.number} is not passed yet; `glassnet lab hint {chosen.number}` helps on")
    print(chosen.lesson.answer.rstrip())


@lab.command()
def skip(exercise: Number = None) -> int:
    """Skip an exercise by answering a question about it."""
    from rich.console import Console

    from glassnet.lab.learning.quiz import is_number, is_right, question
    from glassnet.lab.learning.workspace import SKIPPED

    workspace, chosen = _here(exercise)
    if workspace.is_done(chosen):
        print(f"exercise {chosen.number} is done already")
        return 0
    text, answer = question(chosen, secrets.randbits(32))
    Console(highlight=False).print(text, markup=False)
    typed = typer.prompt("", prompt_suffix="> ")
    while not is_number(typed):
        typed = typer.prompt(f"{typed!r} is not a number; one is asked for", prompt_suffix="\n> ")
    if not is_right(answer, typed):
        print("That is not it. The exercise shows how; or try again, the question will be another.")
        return 1
    workspace.set_state(chosen, SKIPPED)
    print(f"Right. Exercise {chosen.number} is skipped.")
    return 0


@lab.command()
def finale(
    epochs: Annotated[int, typer.Option(help="How often to go through the training part.")] = 100,
    seed: Annotated[int, typer.Option(help="Seed of split, first weights and order.")] = 0,
) -> None:
    """Run all you have written together: train on digits, draw, and keep a model that `glassnet predict` reads."""
    from rich.console import Console

    from glassnet.common.checks import whole_number
    from glassnet.lab.finale import exercises_used, keep, play
    from glassnet.lab.judging.diagnosis import PASSED
    from glassnet.lab.learning.screen import finale_told
    from glassnet.lab.learning.watch import checked

    workspace, _ = _here(None)
    times = whole_number("--epochs", epochs, at_least=1)
    console = Console(highlight=False)
    passed = [one for one in exercises_used() if workspace.states.get(one.number) == PASSED]
    if not passed:
        raise ValueError(
            "the finale runs what you have written, and nothing of it has passed yet; `glassnet lab` helps on"
        )
    console.print("looking at your files once more …", style="dim")
    for one in passed:  # they may have changed since they passed
        if workspace.file_of(one) is None or checked(workspace, one).state != PASSED:
            workspace.set_state(one, "")
            console.print(f"{one.key} does not pass any more: the reference stands in for it", style="yellow")
    console.print(f"training 64-6-5-10 on handwritten digits, one at a time, {times} times over …")
    found = play(workspace, times, seed)
    console.print(finale_told(found, keep(found, workspace.folder)))


@lab.command()
def mistakes(
    exercise: Needed,
    name: Annotated[str | None, typer.Argument(help="Which known wrong answer; without it, their names.")] = None,
) -> None:
    """Show what a known wrong answer gives, beside what is right."""
    from glassnet.lab.course import find_exercise
    from glassnet.lab.judging.checking import judge_of
    from glassnet.lab.judging.diagnosis import find_wrong
    from glassnet.lab.learning.feedback import plainly
    from glassnet.lab.learning.workspace import PROGRESS, Workspace

    chosen = find_exercise(exercise)
    if name is None:
        print("\n".join(one.name for one in chosen.wrongs))
        return
    judge, known = judge_of(chosen.folder), find_wrong(chosen, name)
    is_open = (Path() / PROGRESS).exists() and not Workspace.open(Path()).is_done(chosen)
    for old, new in known.edits if not is_open else ():  # who is still at it finds the right line alone
        print(f"right:  {old.strip()}\nwrong:  {new.strip()}\n")
    print(plainly(judge.verdict(judge.behavior(known)), is_full=True))


@lab.command()
def errata(
    which: Annotated[str, typer.Argument(help="loss: why it never moved. accuracy: how 90 % could be printed.")],
) -> None:
    """Show what the notebook of which this lab is the mended version had wrong, on its own network."""
    from glassnet.lab.original_notebook import accuracy_told, loss_told

    told = {"loss": loss_told, "accuracy": accuracy_told}
    if which not in told:
        raise ValueError(
            f"there is no {which!r} to be shown, there are {' and '.join(told)}; docs/errata.md has the rest"
        )
    print(told[which]())
