"""MLPClassifier: scikit-learn's multilayer perceptron classifier on glassnet's engines, with additional options."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils.metaestimators import available_if

from glassnet.estimators.base import makes_steps
from glassnet.estimators.class_targets import ClassTargets
from glassnet.estimators.constraints import CLASSIFIER
from glassnet.estimators.labels import SEVERAL


class MLPClassifier(ClassifierMixin, ClassTargets):
    """Multilayer perceptron classifier, a drop-in replacement for scikit-learn's.

    It has every parameter, attribute, and method of scikit-learn's MLPClassifier, with the same defaults and, to
    rounding, the same results. Parameters after `max_fun` are glassnet's own; their defaults change nothing.

    Parameters
    ----------
    hidden_layer_sizes : int or sequence of int, default (100,)
        Number of units of each hidden layer.
    activation : str, dict, Activation, or list of these, default "relu"
        Activation of the hidden layers, or one per hidden layer: "identity", "logistic", "tanh", "relu", "leaky_relu",
        "elu", "selu", "gelu", "silu", "mish", …, a spec such as {"name": "leaky_relu", "slope": 0.2}, or an object with
        forward and backward.
    solver : str or Optimizer, default "adam"
        "adam", "sgd", "lbfgs", "adamw", "amsgrad", "nadam", "rmsprop", "adagrad", "adadelta", or "lion"; an optimizer
        object uses its own learning rate.
    alpha : float, default 0.0001
        Strength of the L2 penalty on the weights, divided by the number of rows in the batch.
    batch_size : int or "auto", default "auto"
        Rows per step; "auto" is min(200, rows).
    learning_rate : {"constant", "invscaling", "adaptive"}, default "constant"
        Learning rate schedule, for solver="sgd".
    learning_rate_init : float, default 0.001
        Initial learning rate.
    power_t : float, default 0.5
        Exponent of learning_rate="invscaling".
    max_iter : int, default 200
        Maximum number of epochs, or of iterations for solver="lbfgs".
    shuffle : bool, default True
        Shuffle the rows before every epoch.
    random_state : int, RandomState, or None, default None
        Seed of initial weights, shuffling, and splitting.
    tol : float, default 0.0001
        Minimum improvement; see n_iter_no_change.
    verbose : bool, default False
        Print a line per epoch.
    warm_start : bool, default False
        Start from the weights of the previous fit.
    momentum : float, default 0.9
        Momentum, for solver="sgd".
    nesterovs_momentum : bool, default True
        Use Nesterov momentum, for solver="sgd".
    early_stopping : bool, default False
        Stop when the validation score stops improving, and restore the best weights.
    validation_fraction : float, default 0.1
        Share of the training rows set aside for early stopping.
    beta_1 : float, default 0.9
        Decay rate of the first moment, for Adam and its variants.
    beta_2 : float, default 0.999
        Decay rate of the second moment, for Adam and its variants.
    epsilon : float, default 1e-8
        Numerical stability term, for Adam and its variants.
    n_iter_no_change : int, default 10
        Stop after this many epochs in a row without an improvement of at least tol.
    max_fun : int, default 15000
        Maximum number of function evaluations, for solver="lbfgs".
    class_weight : dict, "balanced", or None, default None
        Weight of each class; multiplied with sample weights.
    label_smoothing : float, default 0.0
        Share of the target probability that is spread over all classes.
    dropout : float or sequence of float, default 0.0
        Dropout rate of the hidden layers, or one per hidden layer.
    normalization : {"batch", "layer"} or None, default None
        Normalization layer before every activation.
    schedule : str, dict, Schedule, or None, default None
        Learning rate schedule for any solver but lbfgs: "cosine", "one_cycle", {"name": "step", "every": 10}, or an
        object.
    weight_decay : float or None, default None
        Decoupled weight decay per step, times the learning rate; None is 0.01 for adamw, else 0.
    parameter_groups : dict or None, default None
        Factors of the learning rate and of the weight decay of a parameter ("dense1.W"), a layer ("dense1"), or a kind
        ("weights", "biases", "scales", "embeddings"): {"biases": {"learning_rate": 0.1, "weight_decay": 0}}.
    weight_decay_schedule, dropout_schedule : str, dict, Schedule, or None, default None
        Schedules of the weight decay and of the dropout rates, such as "flat_cosine".
    clip_norm : float or None, default None
        Largest norm of the gradient.
    clip_value : float or None, default None
        Largest absolute value of each entry of the gradient.
    ema : float or None, default None
        Decay rate of an exponential moving average of the weights, such as 0.999, which predicts in their place.
    scoring : str, callable, or None, default None
        Score for early stopping: None for accuracy, "loss", or any scorer of scikit-learn.
    ensemble_size : int, default 1
        Number of networks that are trained and averaged.
    time_limit : float or None, default None
        Seconds after which fit ends, at the end of an epoch.
    keep_moments : bool, default False
        With warm_start, keep the state of the optimizer.
    missing : {"error", "indicator"}, default "error"
        "indicator" imputes missing values with the column's median and adds an indicator column.
    categories : {"error", "auto"}, default "error"
        "auto" encodes categorical columns: one column per level, or, beyond 12 levels, a learned embedding; and dates.
    unseen : {"predict", "error"}, default "predict"
        Categories and missing values in rows to predict that the training rows do not have, with `categories` or
        `missing`: "predict" treats them as an average category or number, with a warning; "error" raises UnseenError.
    progress : bool, default False
        Show a progress bar on stderr.
    engine : {"auto", "compiled", "numpy"}, default "auto"
        Engine that trains the network.
    n_threads : int or None, default None
        Maximum number of threads (default: automatic).

    Attributes
    ----------
    coefs_ : list of Array, (inputs, units)
        Weights of each layer, views of `network_.parameters`. Assigned values are used.
    intercepts_ : list of Array, (units,)
        Biases of each layer, views of `network_.parameters`. Assigned values are used.
    network_ : Network or Ensemble
        The network.
    history_ : History
        One record per epoch.
    loss_ : float
        Training loss of the last epoch.
    loss_curve_ : list of float
        Training loss of each epoch.
    best_loss_ : float or None
        Lowest training loss; None with early stopping.
    validation_scores_ : list of float or None
        Validation score of each epoch, if there is validation data.
    best_validation_score_ : float or None
        Best validation score.
    validation_loss_curve_ : list of float or None
        Validation loss of each epoch, if there is validation data.
    n_iter_ : int
        Number of epochs of the last fit.
    t_ : int
        Number of training rows seen.
    classes_ : Array or list of Array
        Sorted class labels; one array per column if y has several columns of classes.

    Examples
    --------
    >>> import glassnet as gn
    >>> train, test = gn.load("digits").split(0.6, 0.4, seed=0)
    >>> clf = gn.MLPClassifier(random_state=0, early_stopping=True).fit(train.X, train.y)
    >>> bool(clf.score(test.X, test.y) > 0.9), clf.predict_proba(test.X[:3]).shape
    (True, (3, 10))
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = CLASSIFIER
    loss: ClassVar[str] = "log_loss"

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
        solver: Any = "adam",
        alpha: float = 0.0001,
        batch_size: Any = "auto",
        learning_rate: str = "constant",
        learning_rate_init: float = 0.001,
        power_t: float = 0.5,
        max_iter: int = 200,
        shuffle: bool = True,
        random_state: Any = None,
        tol: float = 1e-4,
        verbose: Any = False,
        warm_start: bool = False,
        momentum: float = 0.9,
        nesterovs_momentum: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        n_iter_no_change: float = 10,
        max_fun: int = 15000,
        class_weight: Any = None,
        label_smoothing: float = 0.0,
        dropout: Any = 0.0,
        normalization: str | None = None,
        schedule: Any = None,
        weight_decay: float | None = None,
        parameter_groups: Any = None,
        weight_decay_schedule: Any = None,
        dropout_schedule: Any = None,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        ema: float | None = None,
        scoring: Any = None,
        ensemble_size: int = 1,
        time_limit: float | None = None,
        keep_moments: bool = False,
        missing: str = "error",
        categories: str = "error",
        unseen: str = "predict",
        progress: bool = False,
        engine: str = "auto",
        n_threads: int | None = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.class_weight = class_weight
        self.label_smoothing = label_smoothing
        self.dropout = dropout
        self.normalization = normalization
        self.schedule = schedule
        self.weight_decay = weight_decay
        self.parameter_groups = parameter_groups
        self.weight_decay_schedule = weight_decay_schedule
        self.dropout_schedule = dropout_schedule
        self.clip_norm = clip_norm
        self.clip_value = clip_value
        self.ema = ema
        self.scoring = scoring
        self.ensemble_size = ensemble_size
        self.time_limit = time_limit
        self.keep_moments = keep_moments
        self.missing = missing
        self.categories = categories
        self.unseen = unseen
        self.progress = progress
        self.engine = engine
        self.n_threads = n_threads

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Fit the network to X and y.

        Parameters
        ----------
        X : array-like or sparse matrix, (n, features)
            Training rows; a DataFrame or Table with `missing` or `categories`.
        y : array-like, (n,) or (n, labels)
            Class labels of any kind, (n,); 0 and 1 per label, (n, labels), for multilabel targets; or (n, m), one class
            per column.
        sample_weight : array-like, (n,), optional
            Sample weights.
        X_val : array-like, (m, features), optional
            Validation rows, used for early stopping instead of a share of X.
        y_val : array-like, optional
            Validation targets.
        sample_weight_val : array-like, (m,), optional
            Sample weights of the validation rows.

        Returns
        -------
        self
            The fitted estimator.
        """
        return self._fit(X, y, sample_weight, (X_val, y_val, sample_weight_val), incremental=False)

    @available_if(makes_steps)
    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        classes: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Self:
        """Update the network with one pass over the given rows.

        With early_stopping, X_val and y_val are required: `should_stop_` is true after n_iter_no_change calls without
        improvement, and the best weights are restored.

        Parameters
        ----------
        X : array-like or sparse matrix, (n, features)
            Training rows; a DataFrame or Table with `missing` or `categories`.
        y : array-like, (n,) or (n, labels)
            See fit.
        sample_weight : array-like, (n,), optional
            Sample weights.
        classes : array-like, (k,), or list of these, optional
            All class labels, required in the first call; one array per column of y.
        X_val : array-like, (m, features), optional
            Validation rows, used for early stopping instead of a share of X.
        y_val : array-like, optional
            Validation targets.
        sample_weight_val : array-like, (m,), optional
            Sample weights of the validation rows.

        Returns
        -------
        self
            The fitted estimator.
        """
        if self.class_weight == "balanced":
            raise ValueError(
                "class_weight='balanced' is not supported by partial_fit, which sees only a part of y; pass a dict of "
                "weights, for example from sklearn.utils.class_weight.compute_class_weight('balanced', ...)"
            )
        valid = (X_val, y_val, sample_weight_val)
        return self._fit(X, y, sample_weight, valid, incremental=True, first=lambda: self._know_all(y, classes))

    def predict(self, X: Any) -> Any:
        """Return the predicted class labels.

        Parameters
        ----------
        X : array-like or sparse matrix, (n, features)
            Rows.

        Returns
        -------
        Array, (n,) or (n, labels)
            Labels; (n, labels) for multilabel and multi-column targets.
        """
        return self._decoded(self._outputs(X))

    def predict_proba(self, X: Any) -> Any:
        """Return class probabilities.

        Parameters
        ----------
        X : array-like or sparse matrix, (n, features)
            Rows.

        Returns
        -------
        Array, (n, classes), or list of Array
            Probabilities, in the order of classes_; (n, labels) for multilabel targets; one array per column for
            several columns of classes.
        """
        output = self._outputs(X)
        return self._labels.probabilities(output)

    def predict_log_proba(self, X: Any) -> Any:
        """Return the logarithm of class probabilities.

        Parameters
        ----------
        X : array-like or sparse matrix, (n, features)
            Rows.

        Returns
        -------
        Array, (n, classes), or list of Array
            Log probabilities; see predict_proba.
        """
        shares = self.predict_proba(X)
        if isinstance(shares, list):
            return [np.log(column) for column in shares]
        return np.log(shares, out=shares)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the accuracy; for several columns, the share of rows that are correct in all of them.

        Parameters
        ----------
        X : array-like or sparse matrix, (n, features)
            Rows.
        y : array-like, (n,) or (n, labels)
            True labels.
        sample_weight : array-like, (n,), optional
            Sample weights.

        Returns
        -------
        float
            Accuracy.
        """
        if getattr(self, "_labels", None) is None or self._labels.kind != SEVERAL:
            return float(super().score(X, y, sample_weight))
        right = (self.predict(X) == np.asarray(y)).all(axis=1)
        return float(np.average(right, weights=sample_weight))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
