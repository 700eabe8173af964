"""The searches of scikit-learn over the estimators, on processes of loky and of Dask."""

from collections.abc import Iterator
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingRandomSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from glassnet import MLPClassifier, MLPRegressor, load
from glassnet.engines.compiled.thread_team import allowed, cores
from helpers.needs import needs

# Thirty epochs do not converge, which does not matter here.
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

JOBS = 2


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two local Dask processes, as created by `LocalCluster`."""
    distributed = needs("distributed")
    options = {"n_workers": JOBS, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        yield client


@pytest.fixture(params=["loky", pytest.param("dask", marks=pytest.mark.slow)])
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """A backend of joblib for parallel fits."""
    if request.param == "dask":
        request.getfixturevalue("cluster")
    with joblib.parallel_config(backend=request.param, n_jobs=JOBS):
        yield request.param


SEARCHES: dict[str, Any] = {
    "classifier": (MLPClassifier, "wine", {"alpha": [1e-4, 1.0], "hidden_layer_sizes": [(4,), (16,)]}),
    "regressor": (MLPRegressor, "diabetes", {"alpha": [1e-4, 1.0], "learning_rate_init": [0.001, 0.05]}),
}


def search(kind: str, cls: Any) -> Any:
    estimator, source, grid = SEARCHES[kind]
    data = load(source)
    network = make_pipeline(StandardScaler(), estimator(max_iter=30, random_state=0))
    name = estimator.__name__.lower()
    options = {"n_candidates": 4, "min_resources": 60, "random_state": 0} if cls is HalvingRandomSearchCV else {}
    found = cls(network, {f"{name}__{key}": values for key, values in grid.items()}, cv=3, **options)
    y = (data.y - data.y.mean()) / data.y.std() if data.class_names is None else data.y
    return found.fit(data.X, y)


@pytest.mark.parametrize("kind", SEARCHES)
@pytest.mark.parametrize("cls", [GridSearchCV, HalvingRandomSearchCV])
def test_a_search_gives_the_same_result_on_every_backend(kind: str, cls: Any, backend: str) -> None:
    found = search(kind, cls)
    with joblib.parallel_config(backend="sequential"):
        alone = search(kind, cls)
    assert found.best_params_ == alone.best_params_
    np.testing.assert_array_equal(found.cv_results_["mean_test_score"], alone.cv_results_["mean_test_score"])
    np.testing.assert_array_equal(found.predict(load(SEARCHES[kind][1]).X), alone.predict(load(SEARCHES[kind][1]).X))


def test_workers_share_the_cores(backend: str) -> None:
    every = joblib.Parallel()(joblib.delayed(allowed)() for _ in range(4))
    assert set(every) == {max(1, cores() // JOBS)} if backend == "loky" else {1}
