"""Short runs for the tests of reports, of any Dataset, without a data file or recipe file."""

import re
from html.parser import HTMLParser
from typing import Any

import numpy as np

from glassnet.data.dataset import Dataset
from glassnet.data.tables.table import Table
from glassnet.recipes.recipe import Recipe
from glassnet.runs.run import Run, run_recipe

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "a name that never ends " * 20,
    "שלום עולם",
    "👩‍🔬 $\\frac{1}{0}$ {{ 7 * 7 }}",
    "\x1b[31m\u202e\n#010200",
)


def run_on(data: Dataset, name: str = "mine", split: str = "60/20/20", **recipe: Any) -> Run:
    """Run a small recipe on these data."""
    words = {"layers": [{"name": "dense", "units": 6}], "epochs": 4, "split": split, "steps": ["standardize"], **recipe}
    return run_recipe(Recipe(name, "iris", **words), data)


def table(classes: tuple[str, ...] = ("no", "yes"), n: int = 120, names: tuple[str, ...] | None = None) -> Dataset:
    """Rows of four columns; the first determines the class."""
    y = np.arange(n) % len(classes)
    X = np.random.default_rng(0).standard_normal((n, 4))
    X[:, 0] += 1.5 * y
    return Dataset(X, y, classes, feature_names=names)


def words(n: int = 200) -> Dataset:
    """A table with strings and missing values; a column of many levels is embedded."""
    rng = np.random.default_rng(0)
    age = rng.integers(18, 80, n).astype(float)
    y = ((age > 50) ^ (rng.random(n) < 0.1)).astype(int)
    age[::9] = np.nan
    city = np.array(["Rome", "Oslo", "<b>Bern</b>", None], object)[rng.integers(0, 4, n)]
    street = np.array([f"street {i}" for i in range(20)], object)[np.arange(n) % 20]
    return Dataset(Table({"age": age, "city": city, "street": street}), y, ("no", "yes"))


def numbers(outputs: int = 1, n: int = 120) -> Dataset:
    """Rows with one or several regression targets."""
    X = np.random.default_rng(0).standard_normal((n, 3))
    return Dataset(X, X[:, 0] if outputs == 1 else X[:, :1] * np.arange(1.0, outputs + 1))


def pictures(shape: tuple[int, ...] = (5, 4), classes: int = 3, n: int = 90) -> Dataset:
    """Images of noise, brighter from class to class."""
    rng = np.random.default_rng(0)
    y = np.arange(n) % classes
    X = rng.integers(0, 120, (n, int(np.prod(shape)))) + y[:, None] * 20
    return Dataset(X.astype(np.uint8), y, tuple(map(str, range(classes))), image_shape=shape)


class Page(HTMLParser):
    """The content of a page: elements with attributes, headings, text, and unclosed elements."""

    VOID = ("meta", "link", "img", "br", "path", "use", "rect", "input")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag, f"{tag} is closed out of turn"

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of this kind."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def sections(self) -> set[str | None]:
        """The names of the sections."""
        return {attributes.get("aria-labelledby") for attributes in self.all("section")}

    @property
    def words(self) -> str:
        """The text with single spaces."""
        return re.sub(r"\s+", " ", self.text)
