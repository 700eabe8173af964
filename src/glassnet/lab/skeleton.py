"""The skeleton of a new exercise, for authors: its folder with four files, and its entry in the course."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from glassnet.common.files import write_text
from glassnet.lab.course import CHAPTERS, folders
from glassnet.lab.lesson import FOLDER, parse_number

UNWRITTEN = "TO BE WRITTEN"
"""Marks what the author has to write; `glassnet lab dev check` lists it."""

INIT = '''"""Exercise NUMBER: TO BE WRITTEN, the topic."""
'''

LESSON = '''# %% [markdown]
# # Exercise NUMBER · TITLE
#
# TO BE WRITTEN: what the function computes, why, and the shape of every array.
#
# $$f(x) = x$$
#
# Write `NAME`.

# %%
import numpy as np


def NAME(x):
    """TO BE WRITTEN: what the function returns.

    x: floats of any shape.
    """
    # BEGIN SOLUTION
    raise NotImplementedError  # TO BE WRITTEN: the reference solution
    # END SOLUTION


# %% [markdown]
# TO BE WRITTEN: an experiment, and its result.

# %%
print(NAME(np.array([1.5, -2.0])))
'''

TEXTS = """title = 'TITLE'

hints = [
'TO BE WRITTEN: an idea',
'TO BE WRITTEN: the method',
'TO BE WRITTEN: nearly the code',
]

explanation = '''
TO BE WRITTEN: why the solution works
'''

library = 'TO BE WRITTEN: a file of glassnet and a name in it, as maths/activations/softmax.py Softmax'

question = '''
TO BE WRITTEN: a question for further thought
'''

[[mistakes]]
name = 'TO BE WRITTEN: a known mistake, as a noun phrase'
feedback = '''
TO BE WRITTEN: what happens, why, and how to fix it
'''

[[mistakes.edits]]
old = 'TO BE WRITTEN: code that occurs once in the reference solution'
new = 'TO BE WRITTEN: its replacement'
"""

CHECKS = '''"""Checks of Exercise NUMBER."""

import numpy as np

from glassnet.lab.exercise import Case, Exercise, call


def quiz(rng: np.random.Generator) -> tuple[str, float]:
    """Return a question and its answer, a number."""
    x = float(np.round(rng.uniform(-2, 2), 1))
    # TO BE WRITTEN: another question
    return f"What is NAME({x})?", x


EXERCISE = Exercise(
    defines=("NAME",),
    cases=(
        # TO BE WRITTEN: test cases, in which different mistakes give different numbers
        Case("a vector", call("NAME", np.array([1.5, -2.0]))),
    ),
    robustness=(),
    quiz=quiz,
)
'''

FILES = {"__init__.py": INIT, "lesson.py": LESSON, "texts.toml": TEXTS, "checks.py": CHECKS}


def new_exercise(wanted: str) -> tuple[Path, str]:
    """Create the folder of an exercise such as "8a_leaky", enter it in the course, and return the folder and chapter.

    Raises ValueError if the name is invalid or taken, or if glassnet is not run from a checkout.
    """
    found = re.fullmatch(r"0*(\d+)([a-z]?)_([a-z][a-z0-9_]*)", wanted)
    if not found or keyword.iskeyword(found[3]):
        raise ValueError(f"an exercise should be a number and a name, such as 8a_leaky, got {wanted!r}")
    number, name = f"{found[1]}{found[2]}", found[3]
    for folder in folders():
        if number == parse_number(folder) or folder.split("_", 1)[1] == name:
            raise ValueError(
                f"the course has {folder[1:]}; give the new exercise another number and name, such as 8a_leaky"
            )
    if not (FOLDER.parents[3] / "pyproject.toml").is_file():
        raise ValueError(
            f"{FOLDER} is not in a checkout of glassnet, and the next installation would remove the exercise; "
            "clone the repository and run `pip install -e .` in it"
        )
    folder = f"e{int(found[1]):02d}{found[2]}_{name}"
    chapter = enter(folder)
    for file, template in FILES.items():
        text = template.replace("NUMBER", number).replace("TITLE", name.replace("_", " ").capitalize())
        write_text(FOLDER / folder / file, text.replace("NAME", name))
    return FOLDER / folder, chapter


def enter(folder: str) -> str:
    """Write an exercise into the course, behind those with smaller numbers, and return its chapter."""
    before = max(one for one in folders() if one < folder)
    path = FOLDER.parent / "course.py"
    line = f'        "{before}",\n'
    source = path.read_text(encoding="utf-8")
    if source.count(line) != 1:
        raise ValueError(f"{path} has no line {line.strip()} to put the new exercise below; enter {folder!r} by hand")
    write_text(path, source.replace(line, f'{line}        "{folder}",\n'))
    return next(chapter for chapter, inside in CHAPTERS.items() if before in inside)
