"""Draw what `glassnet train digits` and `glassnet lab` show, for the docs: python scripts/make_readme_picture.py"""

import io
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from glassnet.cli.train import show
from glassnet.lab.autograder.checking import check
from glassnet.lab.course import find_exercise, folders, parse_number
from glassnet.lab.learning.screen import render_header, render_keys, render_verdict, stack
from glassnet.lab.learning.workspace import Workspace
from glassnet.recipes.recipe import load_recipe
from glassnet.runs.run import run_recipe

DOCS = Path(__file__).parent.parent / "docs"
THEME = TerminalTheme(
    background=(13, 17, 23),
    foreground=(201, 209, 217),
    normal=[(72, 79, 88), (255, 123, 114), (63, 185, 80), (210, 153, 34), (88, 166, 255), (188, 140, 255),
            (57, 197, 207), (177, 186, 196)],
)  # fmt: skip


ANSWER = """import numpy as np

def Softmax(x, axis=-1):
    e = np.exp(np.asarray(x, dtype=float))
    return e / e.sum()
"""


def main() -> None:
    console = Console(record=True, width=76, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    show(run_recipe(load_recipe("digits")), Path("runs/digits"), console)
    console.save_svg(str(DOCS / "train-digits.svg"), title="glassnet train digits", theme=THEME)
    console = Console(record=True, width=96, file=io.StringIO(), force_terminal=True, highlight=False)
    softmax = find_exercise("10")
    workspace = Workspace(Path(), {parse_number(folder): "passed" for folder in folders()[:15]})
    verdict = check(softmax, ANSWER, "10_softmax.py")
    console.print(stack([render_header(workspace, softmax), render_verdict(verdict, where="watch"), render_keys()]))
    console.save_svg(str(DOCS / "lab.svg"), title="glassnet lab", theme=THEME)


if __name__ == "__main__":
    main()
