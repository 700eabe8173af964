"""MLPRegressor: scikit-learn's multilayer perceptron regressor on glassnet's engines, with additional options."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import RegressorMixin, _fit_context
from sklearn.utils.metaestimators import available_if

from glassnet.common.arrays import AnyArray
from glassnet.estimators.base import Perceptron, makes_steps
from glassnet.estimators.constraints import REGRESSOR
from glassnet.maths.activations import Exponential, Identity
from glassnet.maths.losses import Loss
from glassnet.maths.losses import loss as named_loss
from glassnet.maths.losses.regression import Huber, Poisson, Quantile, SquaredError
from glassnet.network.input_checks import check_range


class MLPRegressor(RegressorMixin, Perceptron):
    """Multilayer perceptron regressor, a drop-in replacement for scikit-learn's.

    It has every parameter, attribute, and method of scikit-learn's MLPRegressor, with the same defaults and, to
    rounding, the same results. Parameters after `max_fun` are glassnet's own; their defaults change nothing.

    Parameters
    ----------
    loss : {"squared_error", "poisson", "absolute_error", "huber", "quantile"} or Loss, default "squared_error"
        Loss function. "poisson" is for counts and uses an exponential output.
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
    quantile : float, default 0.5
        Quantile to predict, for loss="quantile".
    huber_delta : float, default 1.0
        Error at which the loss becomes linear, for loss="huber".
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
        Score for early stopping: None for R², "loss", or any scorer of scikit-learn.
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

    Examples
    --------
    >>> import numpy as np
    >>> import glassnet as gn
    >>> X = np.linspace(-1, 1, 200)[:, None]
    >>> reg = gn.MLPRegressor(activation="tanh", solver="lbfgs", random_state=0).fit(X, X[:, 0] ** 2)
    >>> bool(reg.score(X, X[:, 0] ** 2) > 0.99)
    True
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = REGRESSOR

    def __init__(
        self,
        loss: Any = "squared_error",
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
        quantile: float = 0.5,
        huber_delta: float = 1.0,
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
        self.loss = loss
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
        self.quantile = quantile
        self.huber_delta = huber_delta
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
        y : array-like, (n,) or (n, outputs)
            Targets.
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
        y : array-like, (n,) or (n, outputs)
            Targets.
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
        return self._fit(X, y, sample_weight, (X_val, y_val, sample_weight_val), incremental=True)

    def predict(self, X: Any) -> AnyArray:
        """Return predicted numbers.

        Parameters
        ----------
        X : array-like or sparse matrix, (n, features)
            Rows.

        Returns
        -------
        Array, (n,) or (n, outputs)
            Predictions.
        """
        output = self._outputs(X)
        return output.ravel() if output.shape[1] == 1 else output

    def _read_targets(self, y: Any, incremental: bool) -> None:
        self._width = 1 if y.ndim == 1 else y.shape[1]

    def _check_targets(self, y: Any) -> None:
        if (1 if y.ndim == 1 else y.shape[1]) != self.n_outputs_:
            raise ValueError(f"y must have {self.n_outputs_} columns, as in fit, got shape {y.shape}")

    def _encode(self, y: Any, dtype: Any) -> AnyArray:
        check_range("y", y, np.dtype(dtype))
        return self._loss_function().targets(y.reshape(len(y), -1), self._width).astype(dtype, copy=False)

    def _ending(self) -> tuple[int, Any]:
        return self._width, Exponential() if isinstance(self._loss_function(), Poisson) else Identity()

    def _their_name_of(self, ending: Any) -> str:
        return "exp" if isinstance(ending, Exponential) else "identity"

    def _loss_function(self) -> Loss:
        if self.loss == "squared_error":
            # scikit-learn's adam and sgd use the gradient of the sum, but report the mean (#8349). Steps and loss curve
            # are the same here; L-BFGS, which compares the two, gets the gradient of the reported loss.
            return SquaredError(half=True, mean=True, gradient_of_sum=self._is_stochastic)
        if self.loss == "poisson":
            return Poisson(deviance=True)
        if self.loss == "huber":
            return Huber(self.huber_delta)
        if self.loss == "quantile":
            return Quantile(self.quantile)
        return named_loss(self.loss)

    def _class_names(self) -> None:
        return None
