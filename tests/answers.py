"""Answers to the lab's exercises: correct ones written in other ways, kept as several files in one."""

from pathlib import Path

from glassnet.lab.exercise import Exercise

RIGHT = Path(__file__).parent / "lab" / "right"


def right_answers(exercise: Exercise) -> dict[str, str]:
    """The correct answers to an exercise, by what is said of them."""
    text = (RIGHT / f"{exercise.key}.py").read_text(encoding="utf-8")
    parts = [part.partition("\n") for part in f"\n{text}".split("\n# %% ")[1:]]
    return {about: source for about, _, source in parts}


def solved(exercise: Exercise) -> str:
    """The learner's file with the reference answer in it."""
    return exercise.lesson.learners_file(solved=True)


def with_mistake(exercise: Exercise, *names: str) -> str:
    """The learner's file with these known mistakes in it."""
    source = solved(exercise)
    for name in names:
        wrong = next(one for one in exercise.wrongs if one.name == name)
        for old, new in wrong.edits:
            old_there, new_there = (indented(text, old, source) for text in (old, new))
            assert source.count(old_there) == 1, f"{old_there!r} stands {source.count(old_there)} times"
            source = source.replace(old_there, new_there)
    return source


def indented(text: str, old: str, source: str) -> str:
    """The lesson's answer and the learner's file are laid out alike, so a text is the same in both."""
    return text
