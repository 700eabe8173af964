"""Files that a playground exports: Python code, a recipe, the model file, and the page of a replay."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.common import specs
from glassnet.model import Model
from glassnet.playground.frame import Message
from glassnet.playground.own import Own
from glassnet.playground.python_code import NEW_EPOCHS, python_code
from glassnet.playground.replay import replay_page
from glassnet.playground.scene import SPREADS, Scene
from glassnet.playground.state import State
from glassnet.playground.trainer import Trainer
from glassnet.recipes.recipe import Recipe


def export(what: Any, state: State, trainer: Trainer, own: Own | None, client: int) -> Message:
    """Return the file that a page asks for: name, mime, and its text, or its bytes as the array "data".

    Raises ValueError with the reason if there is no such file for this state.
    """
    if not isinstance(what, str) or what not in EXPORTS:
        raise specs.unknown("export", what, EXPORTS)
    plain = {"type": "export", "what": what}
    if what == "model":
        data = np.frombuffer(model_file(trainer), np.uint8)  # (bytes,)
        file = {"name": "model.safetensors", "mime": "application/octet-stream"}
        return Message({**plain, **file}, {"data": data}, client)
    name, mime, make = TEXTS[what]
    return Message({**plain, "name": name, "mime": mime, "text": make(state, trainer, own)}, to=client)


def model_of(trainer: Trainer) -> Model:
    """Return the network with its preprocessing, which predicts from rows in their own units."""
    scene = trainer.scene
    names = scene.train.feature_names
    return Model(
        scene.scale,
        trainer.network,
        scene.train.class_names,
        feature_names=None if names is None else tuple(map(str, names)),
        target_scale=scene.target_scale,
    )


def model_file(trainer: Trainer) -> bytes:
    """Return the model file, which `gn.load_model` reads."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.safetensors"
        model_of(trainer).save(path)
        return path.read_bytes()


def recipe_text(state: State, trainer: Trainer, own: Own | None = None) -> str:
    """Return a recipe.toml for `glassnet train`.

    Raises ValueError if its data are not a source that a recipe can name.
    """
    choice, training = state.data, dict(state.training)
    if choice.kind == "own":
        raise ValueError(
            "a recipe names a file, and the playground does not know where yours is: glassnet train FILE trains on it; "
            "the Python code has the rows in it"
        )
    if choice.kind not in SPREADS and choice.kind != "digits":
        raise ValueError(
            "a recipe names a data source, and these points exist only in the playground; the Python code has them"
        )
    options = {}
    if choice.kind != "digits":
        options = {"n": choice.rows, "noise": round(choice.noise * SPREADS[choice.kind], 9), "seed": choice.seed}
    recipe = Recipe(
        name=f"playground-{choice.kind}",
        source=choice.kind,
        options=options,
        seed=state.seed,
        split=_split(choice.test_share),
        steps=(_step(trainer.scene),),
        layers=tuple(dict(one) for one in state.layers),
        epochs=trainer.epoch or NEW_EPOCHS,
        **training,
    )
    comment = (
        "# A network of the playground: glassnet train recipe.toml\n# Its split and order of the rows are others.\n"
    )
    if choice.kind == "digits":
        comment += f"# The playground had {choice.rows:,} of the 1,797 images; here are all of them.\n"
    return comment + recipe.toml()


def _split(test_share: float) -> str:
    """Return the shares in percent; a recipe has at least one percent to test on."""
    test = min(99, max(1, round(100 * test_share)))
    return f"{100 - test}/{test}"


def _step(scene: Scene) -> Any:
    """Return the preprocessing as a step of a recipe."""
    by = getattr(scene.scale, "by", None)
    return "standardize" if by is None else {"name": "divide", "by": by}


TEXTS: dict[str, tuple[str, str, Callable[[State, Trainer, Own | None], str]]] = {
    "python": ("playground.py", "text/x-python", python_code),
    "recipe": ("recipe.toml", "application/toml", recipe_text),
    "replay": ("replay.html", "text/html", lambda state, trainer, own: replay_page()),
}
"""Name, media type, and maker of each text."""

EXPORTS = (*TEXTS, "model")
"""What can be taken along."""
