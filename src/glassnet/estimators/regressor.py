"""MLPRegressor: scikit-learn's estimator of that name, on glassnet's engines, and more."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from sklearn.base import RegressorMixin, _fit_context
from sklearn.utils.metaestimators import available_if

from glassnet.common.arrays import AnyArray
from glassnet.estimators.base import Perceptron, makes_steps
from glassnet.estimators.constraints import REGRESSOR
from glassnet.maths.activations import Exponential, Identity
from glassnet.maths.losses import Loss
from glassnet.maths.losses import loss as named_loss
from glassnet.maths.losses.regression import Huber, Poisson, Quantile, SquaredError


class MLPRegressor(RegressorMixin, Perceptron):
    """A drop-in for scikit-learn's MLPRegressor: the same numbers sooner, and what its users have asked for.

    Every parameter, attribute and method of scikit-learn's is here, with the same defaults; those that follow
    `max_fun` are glassnet's, and their defaults change nothing. docs/from-sklearn.md says what is new and what differs.

    Parameters
    ----------
    loss : {"squared_error", "poisson", "absolute_error", "huber", "quantile"}, or one of glassnet's losses as an
        object. "poisson" is for counts, and goes through an exponential.
    hidden_layer_sizes : int or list. Units of every hidden layer.
    activation : name, {"name": "leaky_relu", "slope": 0.2}, object with forward and backward, or a list of these, one
        for every hidden layer. Names: identity, logistic, tanh, relu, leaky_relu, elu, selu, gelu, silu, mish, ...
    solver : {"adam", "sgd", "lbfgs", "adamw", "amsgrad", "nadam", "rmsprop", "adagrad", "adadelta", "lion"}, or one of
        glassnet's optimizers as an object, whose own learning rate then counts.
    alpha : float. Strength of the L2 penalty on the weights, divided by the batch's rows.
    batch_size : "auto", which is min(200, rows), or a number of rows.
    learning_rate : {"constant", "invscaling", "adaptive"}. How the rate changes, for sgd only.
    learning_rate_init, power_t : the rate of a step at first, and the exponent of "invscaling".
    max_iter, tol, n_iter_no_change : at most so many epochs; fewer, if for so many in a row nothing improves by `tol`.
    shuffle, random_state : whether rows are shuffled before every epoch, and the seed of all randomness.
    verbose, warm_start : print a line per epoch; begin with the weights of the fit before.
    momentum, nesterovs_momentum : for sgd. beta_1, beta_2, epsilon : for Adam's family. max_fun : for lbfgs.
    early_stopping, validation_fraction : stop by the score on this share of the rows, and keep the best weights.
    quantile : which share of y lies below the prediction, for loss="quantile".
    huber_delta : from which error on the loss grows in proportion only, for loss="huber".
    dropout : float, or one for every hidden layer. The share of units that are switched off in training.
    normalization : {"batch", "layer"}, before every activation, or None.
    schedule : a schedule for any solver: "cosine", "one_cycle", {"name": "step", "every": 10}, an object; or None.
    weight_decay : decoupled decay of the weights per step, times the rate; None is 0.01 for adamw, else none.
    clip_norm, clip_value : limits of the gradient's length, and of its every entry.
    ema : decay of a moving average of the weights, 0.999 for instance, which answers in their place; or None.
    scoring : what early stopping goes by: None for R², "loss", or any scorer of scikit-learn.
    ensemble_size : so many networks are trained together, and answer with their mean.
    time_limit : a fit ends with the epoch in which so many seconds are over.
    keep_moments : a warm start goes on with what the solver remembers.
    missing : "error", or "indicator": gaps are filled with the column's median, and marked in a column more.
    categories : "error", or "auto": columns of categories become a column per level, or, beyond 12 levels, vectors
        that are learned.
    progress : whether a bar is shown on stderr. engine : {"auto", "compiled", "numpy"}. n_threads : at most so many.

    Attributes
    ----------
    coefs_, intercepts_ : lists of every layer's weights, (inputs, units), and biases, (units,): windows into
        `network_.parameters`. What is assigned to them, also item by item, is taken over.
    network_ : the glassnet Network, or Ensemble. history_ : a record per epoch.
    loss_, loss_curve_, best_loss_, n_iter_, t_ : of the training rows, as in scikit-learn.
    validation_scores_, best_validation_score_, validation_loss_curve_ : of the validation rows, else None.

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
        clip_norm: float | None = None,
        clip_value: float | None = None,
        ema: float | None = None,
        scoring: Any = None,
        ensemble_size: int = 1,
        time_limit: float | None = None,
        keep_moments: bool = False,
        missing: str = "error",
        categories: str = "error",
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
        self.clip_norm = clip_norm
        self.clip_value = clip_value
        self.ema = ema
        self.scoring = scoring
        self.ensemble_size = ensemble_size
        self.time_limit = time_limit
        self.keep_moments = keep_moments
        self.missing = missing
        self.categories = categories
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
        """Fit the network to X, (n, features), dense or sparse, and y, (n,) or (n, outputs).

        sample_weight: (n,), how much each row counts. X_val, y_val, sample_weight_val: data to be judged by after
        every epoch, and to stop by with `early_stopping`, in place of a share of X set aside.
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
        """Make one pass over the given data, keeping what was learned before.

        With `early_stopping`, X_val and y_val are needed: `should_stop_` says when nothing has improved for
        `n_iter_no_change` calls, and the best weights are back then. The other parameters are those of `fit`.
        """
        return self._fit(X, y, sample_weight, (X_val, y_val, sample_weight_val), incremental=True)

    def predict(self, X: Any) -> AnyArray:
        """Return the predicted number of every row of X, (n,), or numbers, (n, outputs)."""
        output = self._outputs(X)
        return output.ravel() if output.shape[1] == 1 else output

    def _read_targets(self, y: Any, incremental: bool) -> None:
        self._width = 1 if y.ndim == 1 else y.shape[1]

    def _check_targets(self, y: Any) -> None:
        if (1 if y.ndim == 1 else y.shape[1]) != self.n_outputs_:
            raise ValueError(f"y must have {self.n_outputs_} columns, as in fit, got shape {y.shape}")

    def _encode(self, y: Any, dtype: Any) -> AnyArray:
        return self._loss_function().targets(y.reshape(len(y), -1), self._width).astype(dtype, copy=False)

    def _ending(self) -> tuple[int, Any]:
        return self._width, Exponential() if isinstance(self._loss_function(), Poisson) else Identity()

    def _their_name_of(self, ending: Any) -> str:
        return "exp" if isinstance(ending, Exponential) else "identity"

    def _loss_function(self) -> Loss:
        if self.loss == "squared_error":
            # Its adam and sgd step along the gradient of the sum while they report the mean (#8349). Those steps, and
            # the curve, stay as they are; L-BFGS, which compares the two, gets the gradient of what is reported.
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
