"""Measure, on 10,000 of MNIST's 60,000 training pictures, what the settings of the recipes were chosen by.

    python scripts/measure_mnist.py FOLDER/train-images-idx3-ubyte.gz [--only WORDS]

Each row of the table in docs/mnist.md is a setting below; its error is that of networks which learn from the other
50,000. All of them take about an hour and a half of one processor. The test part is not looked at.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

import glassnet as gn

SPLIT_SEED = 77

PLAIN = {"units": [800], "epochs": 20, "dropout": 0.3, "batch_size": 64, "activation": "relu", "rate": 0.001}
WEAK = {"shift": 1.0, "rotate": 10.0, "scale": 0.1, "shear": 0.1, "elastic": 1.0, "smooth": 4.0, "fill": 0.0}
STRONG = {**WEAK, "rotate": 15.0, "scale": 0.15, "shear": 0.15, "elastic": 1.2}
DEEP = {**PLAIN, "units": [800, 800]}
BENT = {**DEEP, "dropout": 0.0, "epochs": 40, "batch_size": 128, "rate": 0.0015}

SETTINGS: dict[str, dict[str, Any]] = {
    "800, ReLU, dropout 0.3, rate 0.001": PLAIN,
    "rate 0.003": {**PLAIN, "rate": 0.003},
    "rate 0.003, GELU": {**PLAIN, "rate": 0.003, "activation": "gelu"},
    "rate 0.003, GELU, dropout 0.2": {**PLAIN, "rate": 0.003, "activation": "gelu", "dropout": 0.2},
    "rate 0.003, GELU, dropout 0.1": {**PLAIN, "rate": 0.003, "activation": "gelu", "dropout": 0.1},
    "rate 0.004, GELU, dropout 0.2": {**PLAIN, "rate": 0.004, "activation": "gelu", "dropout": 0.2},
    "rate 0.002, GELU, 30 epochs": {**PLAIN, "rate": 0.002, "activation": "gelu", "epochs": 30},
    "rate 0.003, GELU, four averaged": {**PLAIN, "rate": 0.003, "activation": "gelu", "networks": 4},
    "no label smoothing": {**PLAIN, "smoothing": 0.0},
    "batch normalization": {**PLAIN, "normalized": True},
    "dropout 0.5, and 0.2 of the pixels": {**PLAIN, "dropout": 0.5, "of_pixels": 0.2, "rate": 0.002, "epochs": 40},
    "800-800, ReLU": DEEP,
    "800-800, GELU, rate 0.002, three averaged": {**DEEP, "activation": "gelu", "rate": 0.002, "networks": 3},
    "1600, ReLU, dropout 0.4, rate 0.003": {**PLAIN, "units": [1600], "dropout": 0.4, "rate": 0.003},
    "distorted, 800": {**PLAIN, "dropout": 0.0, "epochs": 30, "distort": WEAK},
    "distorted, 800-800": {**DEEP, "dropout": 0.0, "epochs": 30, "distort": WEAK},
    "distorted, elastic 1.4": {**BENT, "distort": {**WEAK, "elastic": 1.4}},
    "distorted, elastic 1.4, turned and sheared more": {
        **BENT,
        "distort": {**WEAK, "elastic": 1.4, "rotate": 15.0, "scale": 0.15, "shear": 0.2},
    },
    "distorted, elastic 1.2, rate 0.003, two averaged": {
        **BENT,
        "rate": 0.003,
        "networks": 2,
        "distort": {**WEAK, "elastic": 1.2},
    },
    "distorted, GELU": {**BENT, "rate": 0.001, "activation": "gelu", "distort": STRONG},
    "distorted, GELU, batches of 64": {
        **BENT,
        "rate": 0.0007,
        "batch_size": 64,
        "activation": "gelu",
        "distort": STRONG,
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source")
    parser.add_argument("--only", default="", help="only settings whose name has these words")
    options = parser.parse_args()
    train, valid = gn.load(options.source).split(5 / 6, 1 / 6, seed=SPLIT_SEED)
    for name, setting in SETTINGS.items():
        if options.only in name:
            start = time.perf_counter()
            errors = wrong(setting, train, valid)
            shown = ", ".join(f"{100 * error:.2f} %" for error in errors)
            print(f"{name:50} {shown}   ({time.perf_counter() - start:.0f} s)", flush=True)


def wrong(setting: dict[str, Any], train: gn.Dataset, valid: gn.Dataset) -> list[float]:
    """Return the share of wrong answers of the first network, then of the first two averaged, and so on."""
    divide, answers, errors = gn.Divide(255), 0.0, []
    for seed in range(setting.get("networks", 1)):
        network = gn.Network(784, layers(setting), seed=seed)
        gn.fit(
            network,
            train,
            preprocessing=divide,
            augment={"name": "distort", **setting["distort"]} if "distort" in setting else None,
            loss=gn.CrossEntropy(label_smoothing=setting.get("smoothing", 0.1)),
            optimizer=gn.AdamW(setting["rate"], weight_decay=0.05),
            schedule="cosine",
            batch_size=setting["batch_size"],
            epochs=setting["epochs"],
            seed=seed,
            progress=False,
        )
        answers = answers + network.predict_proba(divide.transform(valid.X))
        errors.append(float(np.mean(answers.argmax(axis=1) != valid.y)))
    return errors


def layers(setting: dict[str, Any]) -> list[Any]:
    """Return the layers of a setting, the output layer included."""
    found: list[Any] = [gn.Dropout(setting["of_pixels"])] if "of_pixels" in setting else []
    for units in setting["units"]:
        if setting.get("normalized"):
            found += [gn.Dense(units), gn.BatchNorm(), gn.Activation(setting["activation"])]
        else:
            found.append(gn.Dense(units, setting["activation"]))
        if setting["dropout"]:
            found.append(gn.Dropout(setting["dropout"]))
    return [*found, gn.Dense(10, "softmax")]


if __name__ == "__main__":
    main()
