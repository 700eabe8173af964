"""TableClassifier and TableRegressor: an averaged portfolio of networks for tables, as scikit-learn estimators."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin, _fit_context
from sklearn.utils import check_array, column_or_1d
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_y

from glassnet.common import user_warnings
from glassnet.common.arrays import AnyArray, Array
from glassnet.data.splits import is_missing
from glassnet.estimators.class_weights import weights_by_class
from glassnet.estimators.labels import MULTICLASS, Labels
from glassnet.estimators.table_base import TableEstimator
from glassnet.network.input_checks import check_range


class TableClassifier(ClassifierMixin, TableEstimator):
    """Classifier for tables: a portfolio of networks that are trained on folds and averaged.

    X may hold numbers, categories, dates, and missing values; nothing has to be encoded, imputed, or scaled. Networks
    with several settings are trained on each fold. Predictions for held-out rows determine the weights of the average
    and calibrate the probabilities. `glassnet train` trains the same networks.

    Parameters
    ----------
    quality : {"quick", "good", "best", "realmlp"}, default "good"
        How many settings are trained, and for how long; "realmlp" trains one network by the recipe of RealMLP-TD.
    eval_metric : str or None, default None
        Metric by which the weights of the settings are chosen: "log_loss" (the default), "roc_auc", "accuracy",
        "balanced_accuracy", or "brier_score".
    time_limit : float or None, default None
        Seconds after which no further network is started; the first one always is.
    class_weight : dict, "balanced", or None, default None
        Weight of each class; multiplied with sample weights.
    folds : int or None, default None
        Number of folds; None depends on `quality`. With fewer rows, there are as many folds as rows.
    random_state : int, RandomState, or None, default 0
        Seed of folds, initial weights, and shuffling.
    unseen : {"predict", "error"}, default "predict"
        Categories and missing values in rows to predict that the training rows do not have: "predict" treats them as an
        average category or number, with a warning; "error" raises UnseenError.
    n_jobs : int or None, default None
        Number of networks that are trained at the same time, in threads, or the number of threads of a single one; -1
        is one per core. None is 1, unless `joblib.parallel_config` sets another number. The result does not depend on
        it.
    verbose : int, default 0
        Above 0, show a progress bar on stderr.

    Attributes
    ----------
    classes_ : Array, (k,)
        Sorted class labels.
    held_out_ : Array, (n, k)
        Probabilities for each training row, by networks that were trained without it. NaN for rows with weight 0, and
        for folds that were not trained within the time limit.
    model_ : Model
        The model, which does not need scikit-learn.
    contributions_ : tuple of dict
        Each setting with its weight in the average, its error on held-out rows, and the best epochs of its networks.
    decisions_ : tuple of Decision
        How ambiguous columns of a table were read, and which are left out: free text, identifiers, and constants.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : Array, (n_features_in_,)
        Names of the columns of X, if it has names.

    See Also
    --------
    TableRegressor : The same for numeric targets.
    MLPClassifier : A network whose layers and training are parameters.

    Examples
    --------
    >>> import glassnet as gn
    >>> import pandas as pd
    >>> X = pd.DataFrame({"area": [70.0, 50, None, 40, 80, 30] * 8, "city": ["Rome", "Oslo", None] * 16})
    >>> y = ["buy", "rent", "buy", "rent", "buy", "rent"] * 8
    >>> clf = gn.TableClassifier(quality="quick").fit(X, y)
    >>> clf.predict(pd.DataFrame({"area": [80.0, 30.0], "city": ["Rome", None]})).tolist()
    ['buy', 'rent']
    >>> clf.held_out_.shape
    (48, 2)
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **TableEstimator._parameter_constraints,
        "class_weight": [dict, StrOptions({"balanced"}), None],
    }

    classes_: AnyArray

    def __init__(
        self,
        *,
        quality: str = "good",
        eval_metric: str | None = None,
        time_limit: float | None = None,
        class_weight: Any = None,
        folds: int | None = None,
        random_state: Any = 0,
        unseen: str = "predict",
        n_jobs: int | None = None,
        verbose: Any = 0,
    ) -> None:
        self.quality = quality
        self.eval_metric = eval_metric
        self.time_limit = time_limit
        self.class_weight = class_weight
        self.folds = folds
        self.random_state = random_state
        self.unseen = unseen
        self.n_jobs = n_jobs
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit the networks to X and y.

        Parameters
        ----------
        X : DataFrame, pyarrow.Table, Table, or array-like, (n, features)
            Training rows.
        y : array-like, (n,)
            Class labels of any kind.
        sample_weight : array-like, (n,), optional
            Sample weights; rows with weight 0 are left out.

        Returns
        -------
        self
            The fitted estimator.
        """
        return self._fit(X, y, sample_weight)

    def predict(self, X: Any) -> AnyArray:
        """Return the predicted class labels.

        Parameters
        ----------
        X : DataFrame, pyarrow.Table, Table, or array-like, (n, features)
            Rows.

        Returns
        -------
        Array, (n,)
            Labels.
        """
        output = self._outputs(X)  # raises if the estimator is not fitted, so has no classes
        labels: AnyArray = self.classes_.take(output.argmax(axis=1))
        return labels

    def predict_proba(self, X: Any) -> Array:
        """Return class probabilities.

        Parameters
        ----------
        X : DataFrame, pyarrow.Table, Table, or array-like, (n, features)
            Rows.

        Returns
        -------
        Array, (n, k)
            Probabilities, in the order of classes_.
        """
        return self._outputs(X)

    def predict_log_proba(self, X: Any) -> Array:
        """Return the logarithm of class probabilities.

        Parameters
        ----------
        X : DataFrame, pyarrow.Table, Table, or array-like, (n, features)
            Rows.

        Returns
        -------
        Array, (n, k)
            Log probabilities, in the order of classes_.
        """
        return np.log(self._outputs(X))

    def _checked_targets(self, y: Any) -> AnyArray:
        dtype = getattr(getattr(y, "dtype", None), "numpy_dtype", None)  # of nullable integers and booleans of pandas
        if dtype is not None and dtype.kind in "biu" and not y.isna().any():
            y = y.to_numpy(dtype)
        checked: AnyArray = _check_y(y, multi_output=False, estimator=self)
        if len(missing := np.flatnonzero(is_missing(checked))):
            raise ValueError(f"y has no value in row {missing[0]}; remove rows without a class")
        check_classification_targets(checked)
        return checked

    def _read_targets(self, y: AnyArray) -> tuple[AnyArray, int]:
        self.classes_, indices, counts = np.unique(y, return_inverse=True, return_counts=True)
        if len(counts) < 2:
            raise ValueError(f"y has a single class, {self.classes_[0]!s}; a classifier needs at least two")
        if single := [str(label) for label in self.classes_[counts == 1]]:
            have = "class {} of y has a single row" if len(single) == 1 else "classes {} of y have a single row each"
            user_warnings.warn(
                f"{have.format(', '.join(single))}, so no network can be trained and evaluated on the class; add rows, "
                "or merge classes"
            )
        return indices, len(counts)

    def _class_labels(self) -> AnyArray:
        return self.classes_

    def _class_weights(self, y: AnyArray) -> AnyArray | None:
        if self.class_weight is None:
            return None
        return weights_by_class(self.class_weight, Labels(MULTICLASS, self.classes_), y)


class TableRegressor(RegressorMixin, TableEstimator):
    """Regressor for tables: a portfolio of networks that are trained on folds and averaged.

    X may hold numbers, categories, dates, and missing values; nothing has to be encoded, imputed, or scaled. Networks
    with several settings are trained on each fold, and predictions for held-out rows determine the weights of their
    average. Predictions are clipped to the range of y. `glassnet train` trains the same networks.

    Parameters
    ----------
    quality : {"quick", "good", "best", "realmlp"}, default "good"
        How many settings are trained, and for how long; "realmlp" trains one network by the recipe of RealMLP-TD.
    eval_metric : str or None, default None
        Metric by which the weights of the settings are chosen: "rmse" (the default), "mae", or "r2".
    time_limit : float or None, default None
        Seconds after which no further network is started; the first one always is.
    folds : int or None, default None
        Number of folds; None depends on `quality`. With fewer rows, there are as many folds as rows.
    random_state : int, RandomState, or None, default 0
        Seed of folds, initial weights, and shuffling.
    unseen : {"predict", "error"}, default "predict"
        Categories and missing values in rows to predict that the training rows do not have: "predict" treats them as an
        average category or number, with a warning; "error" raises UnseenError.
    n_jobs : int or None, default None
        Number of networks that are trained at the same time, in threads, or the number of threads of a single one; -1
        is one per core. None is 1, unless `joblib.parallel_config` sets another number. The result does not depend on
        it.
    verbose : int, default 0
        Above 0, show a progress bar on stderr.

    Attributes
    ----------
    held_out_ : Array, (n,) or (n, outputs)
        Prediction for each training row, by networks that were trained without it. NaN for rows with weight 0, and for
        folds that were not trained within the time limit.
    model_ : Model
        The model, which does not need scikit-learn.
    contributions_ : tuple of dict
        Each setting with its weight in the average, its error on held-out rows, and the best epochs of its networks.
    decisions_ : tuple of Decision
        How ambiguous columns of a table were read, and which are left out: free text, identifiers, and constants.
    n_features_in_ : int
        Number of columns of X.
    feature_names_in_ : Array, (n_features_in_,)
        Names of the columns of X, if it has names.

    See Also
    --------
    TableClassifier : The same for classes.
    MLPRegressor : A network whose layers and training are parameters.

    Examples
    --------
    >>> import glassnet as gn
    >>> import pandas as pd
    >>> X = pd.DataFrame({"area": [70.0, 50, None, 40, 80, 30] * 16, "city": ["Rome", "Oslo", None] * 32})
    >>> y = [90.0, 60, 80, 50, 100, 40] * 16
    >>> reg = gn.TableRegressor(quality="quick").fit(X, y)
    >>> bool(reg.score(X, y) > 0.8), reg.held_out_.shape
    (True, (96,))
    """

    def __init__(
        self,
        *,
        quality: str = "good",
        eval_metric: str | None = None,
        time_limit: float | None = None,
        folds: int | None = None,
        random_state: Any = 0,
        unseen: str = "predict",
        n_jobs: int | None = None,
        verbose: Any = 0,
    ) -> None:
        self.quality = quality
        self.eval_metric = eval_metric
        self.time_limit = time_limit
        self.folds = folds
        self.random_state = random_state
        self.unseen = unseen
        self.n_jobs = n_jobs
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit the networks to X and y.

        Parameters
        ----------
        X : DataFrame, pyarrow.Table, Table, or array-like, (n, features)
            Training rows.
        y : array-like, (n,) or (n, outputs)
            Numbers.
        sample_weight : array-like, (n,), optional
            Sample weights; rows with weight 0 are left out.

        Returns
        -------
        self
            The fitted estimator.
        """
        return self._fit(X, y, sample_weight)

    def predict(self, X: Any) -> Array:
        """Return the predicted numbers.

        Parameters
        ----------
        X : DataFrame, pyarrow.Table, Table, or array-like, (n, features)
            Rows.

        Returns
        -------
        Array, (n,) or (n, outputs)
            Predictions.
        """
        output = self._outputs(X).astype(np.float64)
        return output if self.held_out_.ndim == 2 else output[:, 0]

    def _checked_targets(self, y: Any) -> AnyArray:
        if y is None:
            raise ValueError("TableRegressor requires y to be passed, but the target y is None")
        values = np.asarray(y)
        text = next((one for one in values.flat if isinstance(one, str)), None) if values.dtype.kind in "UO" else None
        if text is not None:
            raise ValueError(f"y contains {text!s:.50}, which is not a number; TableClassifier predicts classes")
        checked: AnyArray = check_array(y, dtype="numeric", ensure_2d=False, input_name="y", estimator=self)
        if checked.ndim == 2 and checked.shape[1] == 1:
            checked = column_or_1d(checked, warn=True)
        check_range("y", checked, np.dtype(np.float32))
        return checked.astype(np.float64)

    def _read_targets(self, y: AnyArray) -> tuple[AnyArray, int]:
        return y, 0

    def _class_labels(self) -> None:
        return None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
