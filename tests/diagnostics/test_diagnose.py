"""gn.diagnose: each illness of a network with data is found, and only it; healthy ones have no finding."""

import json
from collections.abc import Callable

import numpy as np
import pytest

import glassnet as gn
from helpers.illnesses import ILLNESSES, Case, columns, digits, healthy, mlp, on_digits

HEALTHY = healthy()


@pytest.mark.parametrize(("case", "rule", "subject"), ILLNESSES.values(), ids=ILLNESSES)
def test_an_illness_is_found_and_only_it(case: Callable[[], Case], rule: str, subject: str) -> None:
    network, X, y, options = case()
    found = gn.diagnose(network, X, y, **options)
    assert found.rules == [rule], str(found)
    assert found[0].subject.startswith(subject)
    assert any(character.isdigit() for character in found[0].message)
    assert found[0].advice


@pytest.mark.parametrize("case", HEALTHY.values(), ids=HEALTHY)
def test_a_healthy_network_has_no_finding(case: Case) -> None:
    network, X, y, options = case
    found = gn.diagnose(network, X, y, **options)
    assert not found, str(found)
    assert str(found).endswith("\n\nNothing is wrong.")


def test_the_network_is_not_changed_and_the_result_repeats() -> None:
    network, X, y, _ = on_digits()
    before = network.parameters.copy()
    first, second = (str(gn.diagnose(network, X, y)) for _ in range(2))
    assert first == second
    np.testing.assert_array_equal(network.parameters, before)


def test_a_dataset_is_examined_by_its_column_names() -> None:
    X, y = columns()
    X = X.copy()
    X[:, 1] *= 1e4
    data = gn.Dataset(X, y, feature_names=("a", "income", "c", "d", "e", "f"))
    (found,) = gn.diagnose(mlp(6, 2), data)
    assert found.subject == "income"
    assert "income" in found.message


def test_a_diagnosis_is_plain_data_and_a_sequence() -> None:
    found = gn.diagnose(mlp(init="zeros"), *digits())
    assert json.loads(json.dumps(found.to_spec()))["findings"][0]["rule"] == "equal units"
    assert (len(found), found[0].rule, found[:1][0].rule) == (2, "equal units", "equal units")
    assert repr(found) == "<Diagnosis: equal units>"


def test_a_wrong_gradient_has_its_place_its_factor_and_its_cause() -> None:
    network, X, y, _ = ILLNESSES["a gradient that is too large"][0]()
    (found,) = gn.diagnose(network, X, y)
    assert found.subject == "dense1.W, dense1.b"
    assert "that of dense1.W[" in found.message
    assert found.message.endswith(", a factor of 16.")
    assert "1/16" in found.advice or "16" in found.advice


def test_notebooks_show_a_table() -> None:
    page = gn.diagnose(mlp(init="zeros"), *digits())._repr_html_()
    assert "<td>All 32 units of dense1 have the same weights.</td>" in page
    assert "Nothing is wrong" in gn.diagnose(mlp(), *digits())._repr_html_()


def test_data_that_do_not_fit_raise() -> None:
    X, y = digits()
    with pytest.raises(ValueError, match=r"^X must be \(n, 64\) for this network, got shape \(600, 63\)$"):
        gn.diagnose(mlp(), X[:, 1:], y)
    with pytest.raises(ValueError, match=r"^X has 600 rows but y has 599; each row needs one target$"):
        gn.diagnose(mlp(), X, y[1:])
