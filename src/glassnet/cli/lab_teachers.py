"""`glassnet lab assignment`, `grade` and `dev`: what teachers and authors of exercises need."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

dev = typer.Typer(name="dev", help="For authors of exercises.", no_args_is_help=True)


def assignment(
    folder: Annotated[Path, typer.Argument(help="A new folder.")],
    form: Annotated[str, typer.Option("--format", help="script, jupyter, nbgrader or otter.")] = "jupyter",
    exercises: Annotated[str | None, typer.Option(help="Which ones: 7-16,20. All if not given.")] = None,
    requirement: Annotated[
        str | None, typer.Option(help="For otter: from where pip installs glassnet on the grading system, as a URL.")
    ] = None,
) -> None:
    """For teachers: write exercises to be handed out, for people or for a grading system."""
    from glassnet.lab.course import course, exercises_of
    from glassnet.lab.teaching.assignment import NEXT, write_assignment

    chosen = exercises_of(exercises) if exercises is not None else course()
    written = write_assignment(folder, form, chosen, requirement)
    print(f"{len(written)} {'file' if len(written) == 1 else 'files'} in {folder}")
    if form in NEXT:
        print(NEXT[form].format(folder=folder, first=written[-1].name))


def grade(
    folder: Annotated[Path, typer.Argument(help="A folder or a file for each learner.")],
    csv: Annotated[Path | None, typer.Option(help="Write the points into this file.")] = None,
    feedback: Annotated[Path | None, typer.Option(help="Write a page for each learner into this folder.")] = None,
    exercises: Annotated[str | None, typer.Option(help="Which ones: 7-16,20. All if not given.")] = None,
    seconds: Annotated[float, typer.Option(help="How long one exercise of one learner may take.")] = 10.0,
    jobs: Annotated[int, typer.Option(help="How many learners at a time.")] = 1,
) -> None:
    """For teachers: points and feedback for a folder of submissions.

    Each answer runs in a process of its own, with limits of time, memory and output. That keeps accidents away from the
    grader, but not harm that is meant: use a container for submissions of people you do not trust.
    """
    from rich.console import Console

    from glassnet.common.checks import number, whole_number
    from glassnet.common.files import write_text
    from glassnet.lab.course import course, exercises_of
    from glassnet.lab.judging.running import Limits
    from glassnet.lab.teaching.feedback import OVERVIEW, overview, page_names, write_page
    from glassnet.lab.teaching.grading import grades_of, table
    from glassnet.lab.teaching.submissions import submissions_in

    chosen = exercises_of(exercises) if exercises is not None else course()
    limits = Limits(seconds=number("--seconds", seconds, above=0, at_most=86_400))
    at_once = whole_number("--jobs", jobs, at_least=1)
    if csv is not None and csv.is_dir():
        raise ValueError(f"--csv {csv} is a folder; name a file in it")
    if feedback is not None and feedback.exists() and not feedback.is_dir():
        raise ValueError(f"--feedback {feedback} is a file; name a folder")
    handed = submissions_in(folder, () if feedback is None else (feedback,))
    pages = page_names(one.name for one in handed) if feedback is not None else {}
    errors = Console(stderr=True, highlight=False)
    grades = []
    try:
        for one in grades_of(handed, chosen, limits, at_once):
            grades.append(one)
            errors.print(f"{one.submission.name}: {one.total} of {one.possible}", markup=False)
            for note in one.submission.notes:
                errors.print(f"  {note}", markup=False, style="yellow")
            if feedback is not None:
                write_page(feedback, one, pages[one.submission.name])
    finally:  # what has been graded is kept, also when it is interrupted
        if len(grades) < len(handed):
            errors.print(f"{len(grades)} of {len(handed)} learners were graded", style="yellow")
        if feedback is not None and grades:
            write_text(feedback / OVERVIEW, overview(grades, pages))
        if csv is None:
            print(table(grades, pages), end="")
        elif grades:  # an earlier table is not given up for an empty one
            # The mark at the beginning tells Excel that this is UTF-8.
            write_text(csv, "\N{ZERO WIDTH NO-BREAK SPACE}" + table(grades, pages))


@dev.command("check")
def dev_check(
    exercises: Annotated[
        list[str] | None, typer.Argument(metavar="[EXERCISE]...", help="All if none is given.")
    ] = None,
) -> int:
    """Say what does not hold: references pass, empty files fail, every known wrong answer is named as itself."""
    from rich.console import Console

    from glassnet.lab.course import course, find_exercise
    from glassnet.lab.dev import complaints, complaints_of_all

    chosen = [find_exercise(one) for one in exercises or ()] or course()
    errors, found = Console(stderr=True, highlight=False), list(complaints_of_all(course()))
    for exercise in chosen:
        errors.print(f"{exercise.key} …", style="dim")
        found += complaints(exercise)
    for line in found:
        print(line)
    cases, wrongs = (sum(len(getattr(one, kind)) for one in chosen) for kind in ("cases", "wrongs"))
    print(f"{len(chosen)} exercises, {cases} cases, {wrongs} known wrong answers: {len(found) or 'no'} complaints")
    return 1 if found else 0
