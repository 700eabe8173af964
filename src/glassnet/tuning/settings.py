"""Application of settings to a recipe: each name of `space.SETTINGS` changes the keys it stands for."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from glassnet.common.specs import spec_dict
from glassnet.network.hidden_layers import Specs, hidden_layers
from glassnet.recipes.recipe import Recipe
from glassnet.tuning.space import NORMALIZATIONS, OF_IMAGES

LAYERS = ("hidden_layers", "units", "activation", "normalization", "dropout")
PLAIN = ("schedule", "batch_size", "epochs")


def units_name(layer: int) -> str:
    """Return the name of the setting for the units of a hidden layer, counted from 1."""
    return f"units{layer}"


def with_settings(recipe: Recipe, settings: Mapping[str, Any]) -> Recipe:
    """Return the recipe with these settings; the rest stays as in the recipe.

    All hidden layers are alike except for their units, `units1`, `units2`, ...: dense, normalization, activation,
    dropout.

    >>> from glassnet.recipes.load import shipped
    >>> with_settings(shipped("digits"), {"hidden_layers": 1, "units1": 32, "dropout": 0.5, "epochs": 5}).layers
    ({'name': 'dense', 'units': 32, 'activation': 'relu'}, {'name': 'dropout', 'rate': 0.5})
    """
    changes: dict[str, Any] = {key: settings[key] for key in PLAIN if key in settings}
    if any(name in LAYERS or name.startswith("units") for name in settings):
        changes["layers"] = _layers(recipe, settings)
        changes["init"] = None if "hidden_layers" in settings or units_name(1) in settings else recipe.init
    changes |= _optimizer(recipe, settings)
    if "label_smoothing" in settings:
        loss = spec_dict(recipe.loss or "cross_entropy")
        changes["loss"] = {**loss, "label_smoothing": settings["label_smoothing"]}
    if amounts := {name: settings[name] for name in OF_IMAGES if name in settings}:
        own = {} if recipe.augment is None else spec_dict(recipe.augment)
        spec = {"name": "distort", **own, **amounts}
        changes["augment"] = spec if any(spec.get(name) for name in (*OF_IMAGES, "stretch")) else None
    return dataclasses.replace(recipe, **changes)


def _layers(recipe: Recipe, settings: Mapping[str, Any]) -> Specs:
    own = [spec_dict(layer) for layer in recipe.layers]
    units = [layer["units"] for layer in own if layer["name"] == "dense"]
    found: dict[str, Any] = {
        "activation": next((layer["activation"] for layer in own if layer.get("activation")), "relu"),
        "normalization": next((layer["name"] for layer in own if layer["name"] in NORMALIZATIONS), "none"),
        "dropout": next((layer["rate"] for layer in own if layer["name"] == "dropout"), 0.0),
    }
    found |= {name: settings[name] for name in found if name in settings}
    widths = [
        settings.get(units_name(number + 1)) or (units[min(number, len(units) - 1)] if units else 64)
        for number in range(settings.get("hidden_layers", len(units)))
    ]
    normalization = None if found["normalization"] == "none" else found["normalization"]
    return hidden_layers(widths, found["activation"], normalization, found["dropout"])


def _optimizer(recipe: Recipe, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the optimizer and the weight decay, which is an option of AdamW but a separate key for the others."""
    spec = spec_dict(recipe.optimizer)
    decay = settings.get("weight_decay", spec.get("weight_decay", recipe.weight_decay))
    if "optimizer" in settings:
        rate = {key: spec[key] for key in ("learning_rate",) if key in spec}
        spec = {**rate, **spec_dict(settings["optimizer"])}
    if "learning_rate" in settings:
        spec["learning_rate"] = settings["learning_rate"]
    if spec["name"] == "adamw":
        return {"optimizer": {**spec, "weight_decay": decay}, "weight_decay": 0.0}
    spec.pop("weight_decay", None)
    return {"optimizer": spec, "weight_decay": decay}
