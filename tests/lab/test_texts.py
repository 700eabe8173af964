"""texts.toml: line breaks are spaces, code is taken as it is, and errors name the line and what would do."""

from pathlib import Path

import pytest

from glassnet.lab.course import course, find_exercise
from glassnet.lab.dev import problems
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
        ("name = 'base 2'", "nam = 'base 2'", "line 11: unknown key 'nam'; did you mean 'name'?"),
        ("name = 'log'\n", "", "line 29: name is missing; add name = …"),
        ("name = 'log'", "name = 'base 2'", "line 30: two mistakes have the name 'base 2'; rename one of them"),
        ("feedback = 'No.'", "feedback = ['No.']", "line 31: feedback should be a text between quotes, got ['No.']"),
        ("'not ", "'not (", "line 32: raises should be a regular expression, got 'not (\\\\w+'"),
        ("[[mistakes.edits]]", "[[mistakes.edit]]", "line 17: unknown key 'edit'; did you mean 'edits'?"),
        ("[[mistakes.edits]]", "[mistakes.edits]", "line 17: edits should be tables, each below a line [[mistakes.ed"),
        ("old = 'np.exp('", "old = ''", "line 18: old and new should be code between quotes; only new may be empty"),
        ("new = 'np.exp2('\n", "", "line 10: new is missing; add new = …"),
        ("edits = [{", "edits = [] #", "line 33: a mistake has no edits; add [[mistakes.edits]] with old and new"),
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
        f"10_softmax: texts.toml, line 18: mistake 'base 2': {old!r} should occur once in the solution but occurs "
        f"{count} times; {cure}"
    ]


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
