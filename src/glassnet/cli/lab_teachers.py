"""`glassnet lab assignment`, `grade`, and `dev`: commands for teachers and authors of exercises."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Level = Annotated[str, typer.Option(help="full, or formula: ordinary inputs only, without the tests of robustness.")]

dev = typer.Typer(name="dev", help="Commands for authors of exercises.", no_args_is_help=True)


def assignment(
    folder: Annotated[Path, typer.Argument(help="New folder.")],
    form: Annotated[str, typer.Option("--format", help="script, jupyter, nbgrader, or otter.")] = "jupyter",
    exercises: Annotated[str | None, typer.Option(help="Exercises to include, such as 7-16,20 (default: all).")] = None,
    requirement: Annotated[
        str | None, typer.Option(help="For otter: pip requirement of glassnet on the grading system, such as a URL.")
    ] = None,
) -> None:
    """Create an assignment for learners or for a grading system (for teachers)."""
    from glassnet.lab.course import course, select_exercises
    from glassnet.lab.teaching.assignment import NEXT_STEPS, write_assignment

    chosen = select_exercises(exercises) if exercises is not None else course()
    written = write_assignment(folder, form, chosen, requirement)
    print(f"Wrote {len(written)} {'file' if len(written) == 1 else 'files'} to {folder}.")
    if form in NEXT_STEPS:
        print(NEXT_STEPS[form].format(folder=folder, first=written[-1].name))


def grade(
    folder: Annotated[Path, typer.Argument(help="Folder with a folder or a file for each learner.")],
    csv: Annotated[Path | None, typer.Option(help="Write points to this CSV file (default: print them).")] = None,
    feedback: Annotated[
        Path | None, typer.Option(help="Write a feedback page for each learner to this folder.")
    ] = None,
    exercises: Annotated[str | None, typer.Option(help="Exercises to include, such as 7-16,20 (default: all).")] = None,
    seconds: Annotated[float, typer.Option(help="Time limit per exercise and learner, in seconds.")] = 10.0,
    jobs: Annotated[int, typer.Option(help="Number of submissions graded in parallel.")] = 1,
    level: Level = "full",
) -> None:
    """Grade a folder of submissions: points and feedback (for teachers).

    Each answer runs in a separate process with limits on time, memory, and output. This protects against accidents, not
    against malicious code: use a container for submissions of people you do not trust.
    """
    from glassnet.cli.terminal import Console
    from glassnet.common.checks import number, whole_number
    from glassnet.common.files import write_text
    from glassnet.lab.autograder.running import Limits
    from glassnet.lab.course import course, select_exercises
    from glassnet.lab.teaching.feedback import OVERVIEW, overview, page_names, write_page
    from glassnet.lab.teaching.grading import grade_submissions, to_csv, write_csv
    from glassnet.lab.teaching.submissions import read_submissions

    chosen = select_exercises(exercises) if exercises is not None else course()
    chosen = [exercise.at_level(level) for exercise in chosen]
    limits = Limits(seconds=number("--seconds", seconds, above=0, at_most=86_400))
    at_once = whole_number("--jobs", jobs, at_least=1)
    if csv is not None and csv.is_dir():
        raise ValueError(f"--csv should be a file, got the folder {csv}")
    if feedback is not None and feedback.exists() and not feedback.is_dir():
        raise ValueError(f"--feedback should be a folder, got the file {feedback}")
    submissions = read_submissions(folder, () if feedback is None else (feedback,))
    pages = page_names(one.name for one in submissions) if feedback is not None else {}
    errors = Console(stderr=True, highlight=False)
    grades = []
    try:
        for one in grade_submissions(submissions, chosen, limits, at_once):
            grades.append(one)
            errors.print(f"{one.submission.name}: {one.total} of {one.possible} points", markup=False)
            for note in one.submission.notes:
                errors.print(f"  {note}", markup=False, style="yellow")
            if feedback is not None:
                write_page(feedback, one, pages[one.submission.name])
            if csv is not None:  # after each learner, in case this process is killed
                write_csv(csv, grades, pages)
    finally:  # keep grades after an interruption
        if len(grades) < len(submissions):
            errors.print(f"{len(grades)} of {len(submissions)} submissions graded", style="yellow")
        if feedback is not None and grades:
            write_text(feedback / OVERVIEW, overview(grades, pages))
        if csv is None:
            print(to_csv(grades, pages), end="")


@dev.command("new")
def dev_new(
    exercise: Annotated[str, typer.Argument(metavar="EXERCISE", help="Number and name, such as 8a_leaky.")],
) -> None:
    """Create the skeleton of an exercise, and enter it in the course."""
    from glassnet.lab.lesson import parse_number
    from glassnet.lab.skeleton import FILES, new_exercise

    folder, chapter = new_exercise(exercise)
    print(f"Wrote {', '.join(FILES)} to {folder}, and entered the exercise in lab/course.py (chapter {chapter}).")
    print(f"Next: `glassnet lab dev check {parse_number(folder.name)}` lists what is still to be written.")


@dev.command("check")
def dev_check(
    exercises: Annotated[
        list[str] | None, typer.Argument(metavar="[EXERCISE]...", help="Exercises to check (default: all).")
    ] = None,
) -> int:
    """Check exercises: solutions pass, empty files fail, and each known mistake is diagnosed as itself."""
    from glassnet.cli.terminal import Console
    from glassnet.lab.course import course, find_exercise
    from glassnet.lab.dev import course_problems, problems

    chosen = [find_exercise(one) for one in exercises or ()] or course()
    errors, found = Console(stderr=True, highlight=False), list(course_problems(course()))
    for exercise in chosen:
        errors.print(f"{exercise.key} …", style="dim")
        found += problems(exercise)
    for line in found:
        print(line)
    tests, mistakes = (sum(len(getattr(one, kind)) for one in chosen) for kind in ("cases", "mistakes"))
    exercise_word = "exercise" if len(chosen) == 1 else "exercises"
    print(f"{len(chosen)} {exercise_word}, {tests} tests, {mistakes} known mistakes: {len(found) or 'no'} problems")
    return 1 if found else 0
