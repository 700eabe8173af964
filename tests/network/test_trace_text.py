"""The formulas of a trace: each printed computation gives the printed result, for every kind of layer."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from glassnet.network.column_names import ColumnNames
from glassnet.network.layers import Dense, Embedding, LayerNorm, PeriodicEmbedding, Scale
from glassnet.network.members import Members
from glassnet.network.network import Network
from glassnet.network.piecewise_linear import PiecewiseLinearEmbedding
from glassnet.network.trace import Trace
from glassnet.network.trace_layers import FORMULAS
from helpers.layer_cases import CASES
from helpers.networks import TABLE, by_dtype, network_of

ALONE = {name: case.layers for name, case in CASES.items()}
BEHIND = {f"{name}, behind dense": (Dense(4), *own) for name, own in ALONE.items() if not isinstance(own[0], Embedding)}
by_layers = pytest.mark.parametrize("layers", [*ALONE.values(), *BEHIND.values()], ids=[*ALONE, *BEHIND])
by_rows = pytest.mark.parametrize("rows", [1, 2, 9])


class Range:
    """The numbers that a printed number may stand for, and what a computation makes of them."""

    def __init__(self, *ends: float) -> None:
        slack = 1e-6 * max(map(abs, ends))  # of float32
        self.low, self.high = min(ends) - slack, max(ends) + slack

    @classmethod
    def printed(cls, text: str) -> Range:
        """The range of a number with four significant digits."""
        value = float(text)
        half = 0.5 * 10.0 ** (math.floor(math.log10(abs(value))) - 3) if value else 0.0
        return cls(value - half, value + half)

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.high + other.high)

    def __neg__(self) -> Range:
        return Range(-self.low, -self.high)

    def __sub__(self, other: Range) -> Range:
        return self + -other

    def __mul__(self, other: Range) -> Range:
        return Range(*(a * b for a in (self.low, self.high) for b in (other.low, other.high)))

    def __truediv__(self, other: Range) -> Range:
        return self * Range(1 / other.low, 1 / other.high)

    def meets(self, other: Range) -> bool:
        """Whether both may stand for the same number."""
        return self.low <= other.high and other.low <= self.high


def cosine(angle: Range) -> Range:
    middle, half = (angle.low + angle.high) / 2, (angle.high - angle.low) / 2
    return Range(math.cos(middle) - half, math.cos(middle) + half)


NUMBER = r"\d+(?:\.\d+)?(?:e[-+]\d+)?"
ENTRY = re.compile(r"(?:^|: ?)(z|a|da|dz|dx|d?[a-zA-Z]+[₁₂]?)\[([\w, ]+)\] = (.*)$")


def computed(work: str) -> Range | None:
    """Compute a printed formula; None if it has other symbols than numbers."""
    text = re.sub(rf"… \(\d+ more[a-z ]*: (-?{NUMBER})\)", r"(\1)", work)
    text = text.replace("·", "*").replace("−", "-").replace("2π", "(6.2831853)").replace("2 (", "2 * (")
    if re.search(r"[^\d\s.()+*/-]", re.sub(r"cos|(?<=\d)e(?=[-+]\d)", "", text)):
        return None
    text = re.sub(NUMBER, lambda found: f"Range.printed('{found[0]}')", text)
    result = eval(text, {"Range": Range, "cos": cosine})
    assert isinstance(result, Range)
    return result


def unwrapped(lines: Any) -> Iterator[str]:
    return (" ".join(line.split()) for line in lines)


def entries(trace: Trace) -> Iterator[tuple[str, str, tuple[int, ...], list[str]]]:
    """Every entry: its layer, its array, its index, and its formulas, the last of which is a number."""
    for layer in trace.formulas.layers:
        for line in unwrapped([*layer.forward, *layer.backward]):
            if found := ENTRY.search(line):
                name, index, work = found.groups()
                key = name.replace("₁", "1").replace("₂", "2")
                if work.startswith("["):
                    continue  # a vector
                yield (
                    layer.name,
                    key,
                    tuple(map(int, index.split(", "))),
                    re.sub(", of which .*", "", work).split(" = "),
                )


def trace_of(layers: Any, rows: int, dtype: str = "float64") -> Trace:
    net = network_of([*layers, Dense(3, "softmax")], dtype)
    net.parameters *= 0.7
    return net.trace(TABLE[:rows], np.arange(rows) % 3)


@by_rows
@by_dtype
@by_layers
def test_every_printed_computation_gives_the_printed_result(layers: Any, dtype: str, rows: int) -> None:
    trace = trace_of(layers, rows, dtype)
    checked = 0
    for layer in trace.formulas.layers:
        for line in unwrapped([*layer.forward, *layer.backward]):
            pieces = re.sub(", of which .*", "", line.rpartition(": ")[2] if "more" not in line else line).split(" = ")
            if not re.fullmatch(rf"-?{NUMBER}", pieces[-1]):
                continue
            for work in pieces[:-1]:
                own = computed(work)
                assert own is None or own.meets(Range.printed(pieces[-1])), line
                checked += own is not None
    assert checked > len(trace.formulas.layers)


@by_rows
@by_layers
def test_the_entries_are_those_of_the_arrays_and_each_parameter_has_one(layers: Any, rows: int) -> None:
    trace = trace_of(layers, rows)
    found: dict[str, set[str]] = {name: set() for name in trace}
    for name, key, place, work in entries(trace):
        if key == "dangle":
            continue
        array = trace[name][key]
        found[name].add(key)
        value = float(array[place if array.ndim == len(place) and key[1:] in trace[name].values else (0, *place)])
        assert float(work[-1]) == pytest.approx(value, rel=1e-3, abs=1e-12), (name, key, work)
        others = re.search(r"… \((\d+) more (?:row|product)s?: ", " ".join(work))
        if others and "product" not in others[0]:
            assert int(others[1]) == rows - 1 or key == "dW"  # an embedding counts the rows of its level
    net = network_of([*layers, Dense(3, "softmax")])
    for one in net.placed:
        views = [key.rpartition(".")[2] for key in net.named_parameters() if key.rpartition(".")[0] == one.name]
        assert found[one.name] >= {f"d{short}" for short in views}, one.name


def test_every_kind_of_layer_has_formulas() -> None:
    from glassnet.network.layers import LAYERS, Residual

    assert set(FORMULAS) == set(LAYERS.values()) - {Residual}  # whose inner layers are traced


def test_an_omitted_part_of_a_sum_is_given_as_its_total() -> None:
    net = Network(40, [Dense(2, "softmax")], seed=3, dtype="float64")
    x = np.random.default_rng(0).normal(size=(1, 40))
    trace = net.trace(x, [1])
    _, _, (unit,), (work, result) = next(entry for entry in entries(trace) if entry[1] == "z")
    terms = x[0] * trace["dense1"].W[:, unit]
    shown = np.sort(np.argsort(-np.abs(terms))[:3])
    omitted = terms.sum() - terms[shown].sum()
    assert f" + … (37 more: {omitted:.4g}) + " in work
    own = computed(work)
    assert own is not None
    assert own.meets(Range.printed(result))
    assert own.high - own.low < 0.01


# Names of columns

NAMES = ["age", "sex=female", "sex=male", "city"]


def test_terms_have_the_names_of_their_columns_and_add_up() -> None:
    net = Network(4, [Dense(3, "relu"), Dense(2, "softmax")], seed=1, dtype="float64")
    trace = net.trace([[0.5, 1.0, 0.0, -2.0]], [0], names=NAMES)
    text = str(trace)
    assert "  input   x: age: 0.5, sex=female: 1, city: -2, all others: 0\n" in text
    first = trace.formulas.layers[0]
    heading = next(line for line in first.forward if line.startswith("z["))
    listed = [line.split("  =  ") for line in first.forward if "  =  " in line]
    assert [left.split()[0] for left, _ in listed] == [*NAMES, heading.split(" = ")[1].split(" + ")[1]]
    for (left, value), name in zip(listed, NAMES, strict=False):
        product = computed(left.split(name)[1].strip())
        assert product is not None
        assert product.meets(Range.printed(value))
    total = sum((Range.printed(value) for _, value in listed), Range(0.0))
    assert total.meets(Range.printed(re.search(r"= (\S+), of which", heading)[1]))  # type: ignore[index]
    assert any("dW[city, " in line for line in first.backward)


def test_many_named_terms_are_cut_and_still_add_up() -> None:
    net = Network(30, [Dense(2, "softmax")], seed=1, dtype="float64")
    trace = net.trace(np.random.default_rng(1).normal(size=(1, 30)), [0], names=[f"c{i}" for i in range(30)])
    (layer,) = trace.formulas.layers
    listed = [line.split("  =  ") for line in layer.forward if "  =  " in line]
    assert len(listed) == 8  # six terms, the others, and b
    assert "… 24 more" in listed[6][0]
    total = sum((Range.printed(value) for _, value in listed), Range(0.0))
    assert total.meets(Range.printed(str(trace["dense1"].z[0, int(listed[7][0].strip()[2:-1])])))


EMBEDDED = {
    "embedding": ([Embedding(3, 2, 2)], "a[city[", "W[city=Oslo, "),
    "scale": ([Scale()], "a[", "]"),
    "layer norm": ([LayerNorm()], "dscale[", "]"),
    "periodic embedding": ([PeriodicEmbedding(1, 2, 3)], "a[age[", "dW₂[age, "),
    "piecewise-linear embedding": ([PiecewiseLinearEmbedding(1, 3, 2)], "a[age[", "db[age, "),
    "members": ([Members(2)], " of member ", "dr["),
}


@pytest.mark.parametrize(("layers", "first", "second"), EMBEDDED.values(), ids=EMBEDDED)
def test_layers_that_do_not_mix_columns_keep_their_names(layers: Any, first: str, second: str) -> None:
    net = Network(4, [*layers, Dense(2, "softmax")], seed=1)
    names = ColumnNames(NAMES, {"city": ["Rome", "Oslo"]})
    text = str(net.trace([[0.5, 1.0, 0.25, 1.0]], [0], names=names))
    assert "sex=female: 1, sex=male: 0.25, city=Oslo: 1\n" in text
    assert first in text
    assert second in text
    assert any(f"dW[{name}" in text for name in NAMES)  # of the dense layer behind
    assert max(map(len, text.splitlines())) <= 120


def test_many_inputs_are_wrapped_like_text_whatever_their_names() -> None:
    names = [f"d{i}" for i in range(30)]
    lines = str(Network(30, [Dense(2, "softmax")]).trace(np.ones((1, 30)), [0], names=names)).splitlines()
    assert lines[1].startswith("  input   x: d0: 1, d1: 1, ")
    assert lines[2].startswith("      d")
    assert max(map(len, lines)) <= 120


def test_long_and_unprintable_names_are_shortened_and_escaped() -> None:
    net = Network(1, [Dense(2, "softmax")])
    text = str(net.trace([[1.0]], [0], names=["a\nb\x1b" + "x" * 100]))
    assert r"a\nb\x1b" in text
    assert "x" * 40 not in text


@pytest.mark.parametrize("names", [["a"], "ab", ColumnNames(["a", "b", "c"])])
def test_a_wrong_number_of_names_raises(names: Any) -> None:
    with pytest.raises(ValueError, match="names must have a name for each of 2 inputs, got "):
        Network(2, [Dense(1)]).trace([[1.0, 2.0]], [0], names=names)


# Plain data


@by_layers
def test_a_trace_as_plain_data_has_every_array_and_formula(layers: Any) -> None:
    import json

    trace = trace_of(layers, 2)
    data = json.loads(json.dumps(trace.to_dict()))
    assert data["loss"] == trace.loss
    np.testing.assert_array_equal(data["output"], trace.output)
    for name, layer in trace.items():
        assert set(data["layers"][name]) == set(layer.values)
        for key, array in layer.values.items():
            np.testing.assert_array_equal(data["layers"][name][key], array)
        assert data["formulas"][name]["forward"]
        assert data["formulas"][name]["backward"]
