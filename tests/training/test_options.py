"""`TrainingOptions`: checked in one place, with the same messages in every interface."""

import dataclasses
import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

import pytest

import glassnet as gn
from glassnet.engines.job import Job
from glassnet.estimators.solver import OF_SCIKIT_LEARN, RENAMED, options_of
from glassnet.maths.optimizers.adam import Adam
from glassnet.recipes.recipe import Recipe
from glassnet.training.fit import fit, fit_session
from glassnet.training.options import OF_FIT, OF_TRAIN, OPTIONS, FitKeywords, TrainingOptions, TrainKeywords
from glassnet.training.train import SHARED, train
from helpers.runs import LABELS, X, classifier

ILLEGAL: dict[str, tuple[Any, str]] = {
    "loss": ("squared_eror", "unknown loss 'squared_eror'; did you mean 'squared_error'"),
    "optimizer": ("adma", "unknown optimizer 'adma'; did you mean 'adam'"),
    "schedule": ("cosin", "unknown schedule 'cosin'; did you mean 'cosine'"),
    "batch_size": (0, "batch_size must be at least 1, got 0"),
    "epochs": (2.5, "epochs must be a whole number, got 2.5"),
    "validation_fraction": (1.0, "validation_fraction must be above 0 and below 1, got 1.0"),
    "patience": (0, "patience must be at least 1, got 0"),
    "tol": (-1.0, "tol must be at least 0, got -1.0"),
    "l1": (-1, "l1 must be at least 0, got -1"),
    "l2": ("much", "l2 must be a number, got 'much'"),
    "weight_decay": (-0.5, "weight_decay must be at least 0, got -0.5"),
    "parameter_groups": (
        {"biases": {"weight_decay": -1}},
        "weight_decay of parameter_groups['biases'] must be at least",
    ),
    "weight_decay_schedule": ("cosin", "unknown schedule 'cosin'; did you mean 'cosine'"),
    "dropout_schedule": ("cosin", "unknown schedule 'cosin'; did you mean 'cosine'"),
    "clip_norm": (0, "clip_norm must be above 0, got 0"),
    "clip_value": (0, "clip_value must be above 0, got 0"),
    "ema": (1.0, "ema must be above 0 and below 1, got 1.0"),
    "augment": ("distrot", "unknown augmentation 'distrot'; did you mean 'distort'"),
    "ensemble_size": (0, "ensemble_size must be at least 1, got 0"),
    "engine": ("nunpy", "unknown engine 'nunpy'; did you mean 'numpy'"),
    "threads": (0, "threads must be at least 1, got 0"),
}
UNCHECKED = {"shuffle", "member_batches", "early_stopping", "class_weight"}
INTERFACES: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "TrainingOptions": (TrainingOptions, OPTIONS),
    "train": (lambda **options: train(classifier(), (X, LABELS), **options), OF_TRAIN),
    "fit": (lambda **options: fit(classifier(), (X, LABELS), progress=False, **options), OF_FIT),
    "recipe": (lambda **options: Recipe("x", "iris", **options), OPTIONS),
}


def test_every_option_is_checked_or_listed_as_unchecked() -> None:
    assert set(ILLEGAL) | UNCHECKED == set(OPTIONS)


@pytest.mark.parametrize("interface", INTERFACES)
@pytest.mark.parametrize("option", ILLEGAL)
def test_an_illegal_value_raises_the_same_error_everywhere(option: str, interface: str) -> None:
    call, known = INTERFACES[interface]
    value, message = ILLEGAL[option]
    if option not in known:
        with pytest.raises(TypeError, match=f"unknown option of {interface}: '{option}'"):
            call(**{option: value})
        return
    with pytest.raises((ValueError, TypeError)) as caught:
        call(**{option: value})
    assert message in str(caught.value)


@pytest.mark.parametrize(("function", "known"), [(train, OF_TRAIN), (fit, OF_FIT), (fit_session, OF_FIT)])
def test_signatures_show_the_options_with_their_defaults(function: Any, known: tuple[str, ...]) -> None:
    parameters = inspect.signature(function).parameters
    for name in known:
        assert parameters[name].default == getattr(TrainingOptions(), name)
        assert parameters[name].kind is inspect.Parameter.KEYWORD_ONLY
    assert not any(one.kind is inspect.Parameter.VAR_KEYWORD for one in parameters.values())


def test_options_are_immutable() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        TrainingOptions().epochs = 3  # type: ignore[misc]


def test_a_recipe_has_every_training_option() -> None:
    recipe = Recipe("x", "iris", epochs=7, clip_norm=2.0)
    assert isinstance(recipe, gn.TrainingOptions)
    assert {name: getattr(recipe, name) for name in OPTIONS} == vars(TrainingOptions(epochs=7, clip_norm=2.0))


def test_engines_get_the_options_that_affect_a_step() -> None:
    assert set(SHARED) == {"l1", "l2", "weight_decay", "parameter_groups", "clip_norm", "clip_value", "ema", "augment",
                           "threads"}  # fmt: skip
    assert set(SHARED) <= {field.name for field in dataclasses.fields(Job)}


def test_estimator_parameters_map_to_training_options() -> None:
    groups = {"biases": {"learning_rate": 0.5}}
    values = {"alpha": 0.25, "max_iter": 17, "n_threads": 2, "clip_norm": 3.0, "clip_value": 4.0, "ema": 0.5,
              "weight_decay": 0.125, "parameter_groups": groups, "ensemble_size": 2, "engine": "numpy",
              "shuffle": False, "weight_decay_schedule": "cosine", "dropout_schedule": "flat_cosine"}  # fmt: skip
    for estimator in (gn.MLPClassifier(**values), gn.MLPRegressor(**values)):
        options, ours = options_of(estimator, Adam()), {theirs: name for name, theirs in RENAMED.items()}
        for name, value in values.items():
            assert getattr(options, ours.get(name, name)) == value
        # Options with their own rules in scikit-learn stay with the estimator.
        assert all(getattr(options, name) == getattr(TrainingOptions(), name) for name in OF_SCIKIT_LEARN)


@pytest.mark.parametrize(("keywords", "options"), [(TrainKeywords, OF_TRAIN), (FitKeywords, OF_FIT)])
def test_the_typed_dict_has_every_option_with_its_type(keywords: type, options: tuple[str, ...]) -> None:
    types = get_type_hints(TrainingOptions)
    assert get_type_hints(keywords) == {name: types[name] for name in options}
