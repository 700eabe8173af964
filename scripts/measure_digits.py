"""Measure what each idea brings on scikit-learn's digits: python scripts/measure_digits.py within | test

`within` chooses: five-fold cross-validation inside the training parts of splits 100 to 105, which are not the splits
that anything is measured on. `test` measures, once: mean accuracy on the test parts of seeds 0 to 19, 60/40, with
every class's share.
"""

from __future__ import annotations

import argparse
import dataclasses
import time
from collections.abc import Callable, Iterator

import numpy as np
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

import glassnet as gn
from glassnet.recipes.load import shipped
from glassnet.recipes.recipe import Recipe
from glassnet.runs.run import run_recipe
from glassnet.runs.setup import build_network
from glassnet.training.ensembles import train_ensemble

BEST = shipped("digits-best")
HEIGHT = WIDTH = 8

Judge = Callable[[gn.Dataset, gn.Dataset, int], np.ndarray]
"""From a part to learn from, a part to answer and a seed to the probabilities, (n, classes), or answers, (n,)."""


def networks(recipe: Recipe, copies: int = 0) -> Judge:
    """The recipe's networks; `copies` distorted by a quarter of a pixel are answered too, and all answers averaged."""

    def judge(known: gn.Dataset, asked: gn.Dataset, seed: int) -> np.ndarray:
        own = dataclasses.replace(recipe, seed=seed)
        many = [build_network(own, known, number) for number in range(own.ensemble_size)]
        divide = gn.Divide(16.0)
        train_ensemble(many, known, own, seed=seed, preprocessing=divide)
        ensemble, moved, rng = gn.Ensemble(many), gn.RandomDistortion(shift=0.25, fill=0.0), np.random.default_rng(0)
        answers = ensemble.predict_proba(divide.transform(asked.X))
        for _ in range(copies):
            pictures = moved.apply(asked.X.reshape(-1, HEIGHT, WIDTH, 1), rng).reshape(len(asked), -1)
            answers = answers + ensemble.predict_proba(divide.transform(pictures))
        return answers

    return judge


def peer(make: Callable[[], object], copies: int = 0, distort: gn.RandomDistortion | None = None) -> Judge:
    """A scikit-learn classifier, on the pictures and `copies` distorted ones of each; without `distort`, on shifts."""

    def judge(known: gn.Dataset, asked: gn.Dataset, seed: int) -> np.ndarray:
        X, y = known.X / 16, known.y
        if distort is not None:
            rng, pictures = np.random.default_rng(seed), known.X.reshape(-1, HEIGHT, WIDTH, 1)
            X = np.vstack([X, *(distort.apply(pictures, rng).reshape(len(y), -1) / 16 for _ in range(copies))])
            y = np.tile(y, copies + 1)
        elif copies:
            X, y = np.vstack([X, *one_pixel_shifts(known.X / 16)]), np.tile(y, 5)
        return make().fit(X, y).predict(asked.X / 16)

    return judge


def one_pixel_shifts(X: np.ndarray) -> Iterator[np.ndarray]:
    pictures = np.pad(X.reshape(-1, HEIGHT, WIDTH), [(0, 0), (1, 1), (1, 1)])
    for down, across in ((0, 1), (2, 1), (1, 0), (1, 2)):
        yield pictures[:, down : down + HEIGHT, across : across + WIDTH].reshape(len(X), -1)


def changed(**changes: object) -> Recipe:
    return dataclasses.replace(BEST, **changes)


SHIFT = {"name": "distort", "shift": 0.5, "fill": 0.0}
AFFINE = {key: value for key, value in BEST.augment.items() if key not in ("elastic", "smooth")}
DISTORT = gn.RandomDistortion(**{key: value for key, value in BEST.augment.items() if key != "name"})
SUPPORT = {"gamma": 0.256, "C": 10.0}  # 0.001 for pixels up to 16

IDEAS: dict[str, Judge] = {
    "one network, 64-256-256-10": networks(changed(ensemble_size=1, augment=None)),
    "+ moved by up to half a pixel": networks(changed(ensemble_size=1, augment=SHIFT)),
    "+ turned, scaled, sheared": networks(changed(ensemble_size=1, augment=AFFINE)),
    "+ bent": networks(changed(ensemble_size=1)),
    "  without label smoothing": networks(changed(ensemble_size=1, loss="cross_entropy")),
    "  without weight decay": networks(changed(ensemble_size=1, optimizer={"name": "adam", "learning_rate": 0.002})),
    "  dropout 0.2": networks(changed(ensemble_size=1, layers=(BEST.layers[0], {"name": "dropout", "rate": 0.2}) * 2)),
    "  100 epochs in place of 300": networks(changed(ensemble_size=1, epochs=100)),
    "+ six averaged: digits-best": networks(BEST),
    "  and of four moved copies of what is asked": networks(BEST, copies=4),
    "SVC": peer(lambda: SVC(**SUPPORT)),
    "SVC, one-pixel shifts": peer(lambda: SVC(**SUPPORT), copies=4),
    "SVC, distorted pictures, 10 of each": peer(lambda: SVC(**SUPPORT), copies=10, distort=DISTORT),
    "SVC, distorted pictures, 30 of each": peer(lambda: SVC(**SUPPORT), copies=30, distort=DISTORT),
}

CONTENDERS: dict[str, Judge] = {
    "scikit-learn's MLPClassifier": peer(lambda: MLPClassifier(max_iter=1000, random_state=0)),
    "3 nearest neighbors": peer(lambda: KNeighborsClassifier(3)),
    "the recipe digits": lambda known, asked, seed: answers_of("digits", seed),
    "SVC": IDEAS["SVC"],
    "SVC, one-pixel shifts": IDEAS["SVC, one-pixel shifts"],
    "SVC, distorted pictures, 30 of each": IDEAS["SVC, distorted pictures, 30 of each"],
    "the recipe digits-best": lambda known, asked, seed: answers_of("digits-best", seed),
}


def answers_of(name: str, seed: int) -> np.ndarray:
    run = run_recipe(dataclasses.replace(shipped(name), seed=seed))
    return run.model.predict_proba(run.parts["test"].X)


def wrong(answers: np.ndarray, y: np.ndarray) -> int:
    return int(np.sum((answers.argmax(axis=1) if answers.ndim == 2 else answers) != y))


def within(names: list[str], splits: range) -> None:
    digits = gn.load("digits")
    for name in names:
        began, errors, rows = time.perf_counter(), [], 0
        for split in splits:
            part, _ = digits.split(0.6, 0.4, seed=split)
            order = np.random.default_rng(split).permutation(len(part))
            for fold in range(5):
                held = np.isin(np.arange(len(part)), order[fold::5])
                answers = IDEAS[name](part.take(~held), part.take(held), 100 * split + fold)
                errors.append(wrong(answers, part.y[held]))
                rows += int(held.sum())
        seconds = (time.perf_counter() - began) / len(errors)
        print(
            f"{name:46s} {sum(errors):4d} of {rows} wrong  {1 - sum(errors) / rows:.2%}  {seconds:5.1f} s", flush=True
        )


def test(names: list[str], seeds: range) -> None:
    digits = gn.load("digits")
    for name in names:
        scores, seconds = [], []
        for seed in seeds:
            known, asked = digits.split(0.6, 0.4, seed=seed)
            began = time.perf_counter()
            scores.append(1 - wrong(CONTENDERS[name](known, asked, seed), asked.y) / len(asked))
            seconds.append(time.perf_counter() - began)
        low, high, mean = min(scores), max(scores), np.mean(scores)
        print(f"{name:38s} {mean:.2%} (from {low:.2%} to {high:.2%}), longest {max(seconds):.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["within", "test"])
    parser.add_argument("--only", help="rows whose name holds these words")
    options = parser.parse_args()
    table = IDEAS if options.what == "within" else CONTENDERS
    names = [name for name in table if options.only is None or options.only in name]
    if not names:
        parser.error(f"--only {options.only!r} fits none of: {', '.join(table)}")
    if options.what == "within":
        within(names, range(100, 106))
    else:
        test(names, range(20))


if __name__ == "__main__":
    main()
