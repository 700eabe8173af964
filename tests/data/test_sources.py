"""Data sources: the real datasets match scikit-learn, and the synthetic ones follow their formula."""

import numpy as np
import pytest
import sklearn.datasets

from glassnet.data.sources import SOURCES, find_source, load, resolve

REAL = ["digits", "iris", "wine", "breast_cancer", "diabetes"]
MADE = ["moons", "circles", "spirals", "blobs"]


def test_every_source_is_tested_here():
    assert list(SOURCES) == REAL + MADE


@pytest.mark.parametrize("name", REAL)
def test_real_datasets_match_scikit_learn(name):
    ours, theirs = load(name), getattr(sklearn.datasets, f"load_{name}")()
    assert ours.name == name
    assert ours.X.dtype == np.float32
    assert np.array_equal(ours.X, theirs.data.astype(np.float32))
    assert np.array_equal(ours.y, theirs.target)
    assert ours.feature_names == tuple(theirs.feature_names)
    if name == "diabetes":
        assert ours.class_names is None
    else:
        assert ours.y.dtype == np.int64
        assert ours.class_names == tuple(str(label) for label in theirs.target_names)
    assert ours.image_shape == ((8, 8) if name == "digits" else None)


@pytest.mark.parametrize("name", MADE)
class TestSynthetic:
    def test_shape_and_balance(self, name):
        data = load(name, n=301)
        assert data.X.shape == (301, 2)
        assert data.X.dtype == np.float32
        assert data.name == name
        assert np.ptp(np.bincount(data.y, minlength=data.n_classes)) <= 1
        assert len(load(name)) == 1000

    def test_same_seed_same_data(self, name):
        assert np.array_equal(load(name, seed=1).X, load(name, seed=1).X)
        assert not np.array_equal(load(name, seed=1).X, load(name, seed=2).X)

    def test_rows_are_shuffled(self, name):
        y = load(name).y
        assert not np.array_equal(y, np.sort(y))
        assert not np.array_equal(y, np.arange(len(y)) % (y.max() + 1))

    def test_noise_is_the_standard_deviation_around_the_pattern(self, name):
        pattern, data = load(name, n=5000, noise=0).X, load(name, n=5000, noise=0.3).X
        assert np.std(data - pattern) == pytest.approx(0.3, rel=0.05)

    @pytest.mark.parametrize(
        ("options", "message"),
        [({"noise": -1}, "noise must be at least 0"), ({"n": 1}, "n must be at least"), ({"seed": -1}, "seed must be")],
    )
    def test_options_out_of_range_raise(self, name, options, message):
        with pytest.raises(ValueError, match=message):
            load(name, **options)


def radius_and_angle(X):
    return np.hypot(X[:, 0], X[:, 1]), np.arctan2(X[:, 1], X[:, 0])


def test_patterns_without_noise():
    moons = load("moons", noise=0)
    upper, lower = moons.X[moons.y == 0], moons.X[moons.y == 1]
    assert np.hypot(*upper.T) == pytest.approx(1, abs=1e-6)
    assert np.hypot(*(lower - [1, 0.5]).T) == pytest.approx(1, abs=1e-6)
    assert upper[:, 1].min() >= 0
    assert lower[:, 1].max() <= 0.5

    circles = load("circles", noise=0)
    assert radius_and_angle(circles.X)[0] == pytest.approx(np.where(circles.y == 0, 1, 0.5), abs=1e-6)

    spirals = load("spirals", noise=0)
    radius, angle = radius_and_angle(spirals.X.astype(float))
    turned = angle - 3 * np.pi * radius - np.pi * spirals.y
    assert np.cos(turned) == pytest.approx(1, abs=1e-4)

    blobs = load("blobs", noise=0)
    assert len(np.unique(blobs.X.round(5), axis=0)) == 3


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("digit", {}, "unknown data source 'digit'; did you mean 'digits'.*breast_cancer"),
        ("moons", {"nosie": 1}, "unknown option of data source 'moons': 'nosie'; did you mean 'noise'"),
        ("digits", {"n": 10}, "data source 'digits' takes no options, got n"),
    ],
)
def test_unknown_names_and_options_raise(name, options, message):
    with pytest.raises(ValueError, match=message):
        load(name, **options)


def test_a_source_is_resolved_once_with_its_kind(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    kinds = {name: resolve(name).kind for name in ("moons", "a/prices.csv", "mine.npz", "photos", "gone/")}
    assert list(kinds.values()) == ["builtin", "table", "arrays", "folder", "folder"]
    assert resolve("photos").name == "photos/"  # so that it is recognized as a folder on other machines
    assert [resolve(name).stem for name in ("moons", "a/prices.csv.gz", "photos")] == ["moons", "prices", "photos"]
    assert [resolve(name).exists() for name in ("iris", "prices.csv", "photos/", "gone/")] == [True, False, True, False]
    assert [resolve(name).holds_images() for name in ("digits", "prices.csv", "photos/")] == [False, False, True]
    assert find_source("photo") is None


def test_a_built_in_source_takes_precedence_over_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "digits").mkdir()
    assert resolve("digits").kind == "builtin"
    assert len(load("digits")) == 1797


def test_splits_that_come_with_a_source_are_read_with_its_options(tmp_path):
    X, y = np.eye(4), np.array([0, 1, 0, 1])
    np.savez(tmp_path / "mine.npz", X=X, y=y, X_test=X[:2], y_test=y[:2])
    source = resolve(str(tmp_path / "mine.npz"), {"task": "regression"})
    parts = source.provided_parts(source.load())
    assert list(parts) == ["test"]
    assert parts["test"].class_names is None
    assert resolve("digits").provided_parts(load("digits")) == {}
