"""texts.toml: line breaks are spaces, code is taken as it is, and errors name the line and what would do."""

from pathlib import Path

import pytest

from glassnet.lab.course import course, find_exercise
from glassnet.lab.dev import problems
from glassnet.lab.drawing.sources import drawer
from glassnet.lab.exercise import Exercise
from glassnet.lab.mistakes import Mistake
from glassnet.lab.texts import read_texts

TEXTS = """\
title = 'Softmax'
hints = [
  'one', '''
  the second,
  in two lines''', 'three']
explanation = 'Because.'
library = 'maths/activations/softmax.py Softmax'
question = 'Why?'

[figure]
title = 'Bars of {count}'
x = 'x'

[[mistakes]]
name = 'base 2'
feedback = '''
It is 2,
and "should" be e.
'''

[[mistakes.edits]]
old = 'np.exp('
new = 'np.exp2('

[[mistakes.variants]]
[[mistakes.variants.edits]]
old = '''
e = 1
    return e
'''
new = ''

[[mistakes]]
name = 'log'
feedback = 'No.'
raises = 'not \\w+'
edits = [{old = 'e /', new = 'e * 2 /'}, {old = 'x', new = 'y'}]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "texts.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_line_breaks_are_spaces_in_texts_and_kept_in_code(tmp_path: Path) -> None:
    texts = read_texts(written(tmp_path, TEXTS))
    assert texts.hints == ("one", "the second, in two lines", "three")
    assert texts.none == ""
    assert texts.figure == {"title": "Bars of {count}", "x": "x"}
    assert texts.mistakes == (
        Mistake(
            "base 2",
            'It is 2, and "should" be e.',
            (("np.exp(", "np.exp2("),),
            ((("e = 1\n    return e\n", ""),),),
        ),
        Mistake("log", "No.", (("e /", "e * 2 /"), ("x", "y")), raises=r"not \w+"),
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "title = 'Softmax'",
            "title = Softmax",
            "not TOML: Invalid value (at line 1, column 9); put texts between '''",
        ),
        ("title = 'Softmax'\n", "", "line 1: title is missing; add title = …"),
        ("title = 'Softmax'", "title = 3", "line 1: title should be a text between quotes, got 3"),
        ("question =", "qestion =", "line 8: unknown key 'qestion'; did you mean 'question'?"),
        ("'one', ", "", "line 2: hints should be a list of 3 texts"),
        ("name = 'base 2'", "nam = 'base 2'", "line 15: unknown key 'nam'; did you mean 'name'?"),
        ("name = 'log'\n", "", "line 33: name is missing; add name = …"),
        ("name = 'log'", "name = 'base 2'", "line 34: two mistakes have the name 'base 2'; rename one of them"),
        ("feedback = 'No.'", "feedback = ['No.']", "line 35: feedback should be a text between quotes, got ['No.']"),
        ("'not ", "'not (", "line 36: raises should be a regular expression, got 'not (\\\\w+'"),
        ("[[mistakes.edits]]", "[[mistakes.edit]]", "line 21: unknown key 'edit'; did you mean 'edits'?"),
        ("[[mistakes.edits]]", "[mistakes.edits]", "line 21: edits should be tables, each below a line [[mistakes.ed"),
        ("old = 'np.exp('", "old = ''", "line 22: old and new should be code between quotes; only new may be empty"),
        ("new = 'np.exp2('\n", "", "line 14: new is missing; add new = …"),
        ("x = 'x'", "x = 1", "line 12: x should be a text between quotes, got 1"),
        ("[figure]", "[[figure]]", "line 10: figure should be texts below a line [figure]"),
        ("edits = [{", "edits = [] #", "line 37: a mistake has no edits; add [[mistakes.edits]] with old and new"),
    ],
)
def test_an_invalid_file_raises_with_the_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert TEXTS.count(old) == 1
    path = written(tmp_path, TEXTS.replace(old, new))
    with pytest.raises(ValueError) as raised:  # noqa: PT011
        read_texts(path)
    assert str(raised.value).startswith(f"{path}, {message}" if message.startswith("line") else f"{path}: {message}")


@pytest.mark.parametrize(
    ("old", "count", "cure"),
    [("np.", 2, "extend it by the code next to it"), ("math.exp(", 0, "copy it from the solution in lesson.py")],
)
def test_a_text_that_does_not_occur_once_is_a_problem(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, old: str, count: int, cure: str
) -> None:
    exercise = find_exercise("10")
    path = written(tmp_path, TEXTS[: TEXTS.index("[[mistakes.variants]]")].replace("np.exp(", old))
    monkeypatch.setattr(type(exercise), "texts_path", path)
    fresh = type(exercise)(exercise.defines, exercise.cases, exercise.quiz, folder=exercise.folder)
    assert list(problems(fresh)) == [
        f"10_softmax: texts.toml, line 22: mistake 'base 2': {old!r} should occur once in the solution but occurs "
        f"{count} times; {cure}"
    ]


def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, figure: str) -> Exercise:
    """Exercise 10 with other texts of its figure."""
    exercise = find_exercise("10")
    text = exercise.texts_path.read_text(encoding="utf-8")
    begin, end = text.index("[figure]"), text.index("[[mistakes]]")
    monkeypatch.setattr(type(exercise), "texts_path", written(tmp_path, text[:begin] + figure + text[end:]))
    return type(exercise)(exercise.defines, exercise.cases, exercise.quiz, folder=exercise.folder)


@pytest.mark.parametrize(
    ("figure", "problem"),
    [
        ("[figure]\ntitle = 'Balken'\nnote = 'Zwei'\n\n", None),
        ("[figure]\ntitle = 'Bars'\n\n", "[figure] has no text 'note'; add note = '…'"),
        ("[figure]\ntitle = 'B'\nnote = 'N'\nx = 'no'\n\n", ", line 34: figure.py does not use the text 'x'"),
        ("[figure]\ntitle = 'B'\nnote = 'N {m}'\n\n", "note: {m} is unknown; names in braces: none"),
        ("[figure]\ntitle = 'B'\nnote = 'N {'\n\n", "note: Single '{' encountered in format string; names in"),
    ],
)
def test_texts_of_the_figure_are_those_that_it_uses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, figure: str, problem: str | None
) -> None:
    exercise = fake(monkeypatch, tmp_path, figure)
    found = [one for one in problems(exercise) if "figure" in one]
    assert len(found) == (problem is not None)
    assert all(str(problem) in one for one in found), found
    assert problem is not None or [one.title for one in drawer(exercise)(exercise.solution_namespace())] == ["Balken"]


def test_variants_in_code_need_a_mistake_in_the_texts() -> None:
    exercise = find_exercise("10")
    other = type(exercise)(
        exercise.defines, exercise.cases, exercise.quiz, variants={"bas 2": []}, folder="e10_softmax"
    )
    with pytest.raises(
        ValueError, match=r"checks\.py: texts\.toml has no mistake 'bas 2', which has variants; use one"
    ):
        _ = other.mistakes


def test_texts_are_read_when_they_are_needed() -> None:
    """An answer that imports from the lab does not wait for them."""
    read_texts.cache_clear()
    assert [exercise.number for exercise in course()]
    assert read_texts.cache_info().misses == 0
