"""MLPClassifier: scikit-learn's estimator of that name, on glassnet's engines, and more."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import _check_partial_fit_first_call, type_of_target

from glassnet.common.arrays import AnyArray, Array
from glassnet.estimators.base import Perceptron, makes_steps
from glassnet.estimators.class_weights import weights_by_class
from glassnet.estimators.constraints import CLASSIFIER
from glassnet.estimators.labels import BINARY, MULTICLASS, MULTILABEL, OUTPUT, SEVERAL, Labels, are_of_columns, kind_of
from glassnet.maths.activations import SoftmaxGroups, activation
from glassnet.maths.losses import Loss
from glassnet.maths.losses.classification import BinaryCrossEntropy, CrossEntropy, CrossEntropyGroups


class MLPClassifier(ClassifierMixin, Perceptron):
    """A drop-in for scikit-learn's MLPClassifier: the same numbers sooner, and what its users have asked for.

    Every parameter, attribute and method of scikit-learn's is here, with the same defaults; those that follow
    `max_fun` are glassnet's, and their defaults change nothing. docs/from-sklearn.md says what is new and what differs.

    Parameters
    ----------
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
    class_weight : "balanced", a dict of weights by label, or None; multiplied with sample weights.
    label_smoothing : share of every target that is spread over all classes.
    dropout : float, or one for every hidden layer. The share of units that are switched off in training.
    normalization : {"batch", "layer"}, before every activation, or None.
    schedule : a schedule for any solver: "cosine", "one_cycle", {"name": "step", "every": 10}, an object; or None.
    weight_decay : decoupled decay of the weights per step, times the rate; None is 0.01 for adamw, else none.
    clip_norm, clip_value : limits of the gradient's length, and of its every entry.
    ema : decay of a moving average of the weights, 0.999 for instance, which answers in their place; or None.
    scoring : what early stopping goes by: None for accuracy, "loss", or any scorer of scikit-learn.
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
    classes_ : the labels, sorted; a list of such arrays where y has several columns of classes.

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
        """Fit the network to X, (n, features), dense or sparse, and y.

        y: (n,) labels of any kind; (n, labels) of 0 and 1 where several may hold at once; or (n, m) labels, one of each
        column's classes. sample_weight: (n,), how much each row counts. X_val, y_val, sample_weight_val: data to
        be judged by after every epoch, and to stop by with `early_stopping`, in place of a share of X set aside.
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
        """Make one pass over the given data, keeping what was learned before.

        classes: all there will ever be, needed in the first call: (k,), or a list of one such array per column of y.
        With `early_stopping`, X_val and y_val are needed: `should_stop_` says when nothing has improved for
        `n_iter_no_change` calls, and the best weights are back then. The other parameters are those of `fit`.
        """
        if self.class_weight == "balanced":
            raise ValueError(
                "class_weight='balanced' needs all of y, and partial_fit sees a part of it: give a dict of weights, "
                "sklearn.utils.class_weight.compute_class_weight('balanced', ...) of all y for instance"
            )
        valid = (X_val, y_val, sample_weight_val)
        return self._fit(X, y, sample_weight, valid, incremental=True, first=lambda: self._know_all(y, classes))

    def predict(self, X: Any) -> Any:
        """Return the label of every row of X, (n,); where several labels hold or are asked for, (n, labels)."""
        return self._decoded(self._outputs(X))

    def predict_proba(self, X: Any) -> Any:
        """Return the probability of every class for every row of X, (n, classes).

        Where several labels may hold at once, each label's own, (n, labels); where y had several columns of classes, a
        list of one array per column.
        """
        output = self._outputs(X)
        return self._labels.probabilities(output)

    def predict_log_proba(self, X: Any) -> Any:
        """Return the logarithm of `predict_proba`."""
        shares = self.predict_proba(X)
        if isinstance(shares, list):
            return [np.log(column) for column in shares]
        return np.log(shares, out=shares)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the share of rows that are answered rightly, in all columns where there are several."""
        if getattr(self, "_labels", None) is None or self._labels.kind != SEVERAL:
            return float(super().score(X, y, sample_weight))
        right = (self.predict(X) == np.asarray(y)).all(axis=1)
        return float(np.average(right, weights=sample_weight))

    def _decoded(self, output: Array) -> Any:
        return self._labels.decode(output)

    def _know_all(self, y: Any, classes: Any) -> None:
        """Learn from the first call of partial_fit which classes there will ever be; refuse others in a later one."""
        known: Labels | None = getattr(self, "_labels", None)
        is_several = known.kind == SEVERAL if known else are_of_columns(classes) or kind_of(y) == SEVERAL
        if not is_several:
            if _check_partial_fit_first_call(self, classes):
                self._know(Labels.of(y if type_of_target(y).startswith("multilabel") else classes))
            return
        if known is None and classes is None:
            raise ValueError("classes must be passed on the first call to partial_fit.")
        given = None if classes is None else Labels.of_columns(classes, np.shape(y)[1] if np.ndim(y) == 2 else 1)
        if known is None and given is not None:
            self._know(given)
        elif known and given and not all(map(np.array_equal, given.classes, known.classes)):
            raise ValueError(f"classes are {given.classes}, in the first call of partial_fit they were {known.classes}")

    def _know(self, labels: Labels) -> None:
        self._labels, self.classes_ = labels, labels.classes

    def _read_targets(self, y: Any, incremental: bool) -> None:
        if not hasattr(self, "_labels") or (not self.warm_start and not incremental):
            self._know(Labels.of(y))
        else:
            self._labels.check_known(y, self.warm_start)

    def _check_targets(self, y: Any) -> None:
        self._labels.check_known(y, warm_start=False)

    def _encode(self, y: Any, dtype: Any) -> AnyArray:
        Y, s = self._labels.encode(y, dtype), dtype.type(self.label_smoothing)
        # Of yes and no, smoothing leaves 1 − s/2 and s/2; the losses of distributions do it themselves.
        return Y * (1 - s) + s / 2 if s and self._labels.kind in (BINARY, MULTILABEL) else Y

    def _ending(self) -> tuple[int, Any]:
        kind = self._labels.kind
        return self._labels.outputs, SoftmaxGroups(self._labels.groups) if kind == SEVERAL else activation(OUTPUT[kind])

    def _their_name_of(self, ending: Any) -> str:
        return "softmax" if self._labels.kind in (MULTICLASS, SEVERAL) else "logistic"

    def _loss_function(self) -> Loss:
        # scikit-learn takes no probability for smaller than the number format's ε.
        cap = -float(np.log(np.finfo(self._networks()[0].dtype).eps))
        if self._labels.kind == MULTICLASS:
            return CrossEntropy(self.label_smoothing, cap)
        if self._labels.kind == SEVERAL:
            return CrossEntropyGroups(self._labels.groups, self.label_smoothing, cap)
        return BinaryCrossEntropy(cap)

    def _row_weights(self, y: Any, sample_weight: Any, incremental: bool) -> Any:
        if self.class_weight is None:
            return sample_weight
        of_classes = weights_by_class(self.class_weight, self._labels, y)
        return of_classes if sample_weight is None else sample_weight * of_classes

    def _class_names(self) -> list[Any]:
        if self._labels.kind == SEVERAL:
            return [[str(name) for name in column] for column in self.classes_]
        if len(self.classes_) == 1:
            raise ValueError(f"y held one class only, {self.classes_[0]!s}, so a model has nothing to tell apart")
        return [str(name) for name in self.classes_]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
