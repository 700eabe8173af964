"""The sections of a report as texts, numbers, and charts, which the templates arrange on the page."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np

from glassnet.common.numbers import percent, rounded
from glassnet.common.specs import format_spec, spec_dict
from glassnet.data.splits import SETS
from glassnet.network.layers import Dense
from glassnet.report import charts
from glassnet.report.charts import LegendEntry
from glassnet.report.evaluation import SCORE_NAMES, Evaluation, judgement
from glassnet.report.folds import folds_text, held_out_rows, is_cut
from glassnet.report.png import data_uri, is_image_shape, weight_image
from glassnet.report.portfolio import contributions, histories_by_setting, metric_name
from glassnet.report.row_labels import column_names, input_names
from glassnet.report.terminal import MOST_CLASSES, PARTS, about_split, ensemble_text, widths
from glassnet.runs.run import Run
from glassnet.training.fit import set_aside

Context = dict[str, Any]

MOST_PAIRS = 20
MOST_UNITS = 40
MOST_MAPPED = 64
MOST_OUTPUTS = 3
MOST_FOLDS = 10

LEAKS = ("leak", "computed target")
"""Rules of findings that put a good result in doubt."""


def summary(run: Run) -> str:
    """Return the network, the data, and the evaluation in a sentence or two."""
    evaluation = Evaluation(run)
    rows, evaluated = run.metrics.get("train_rows"), evaluation.rows
    count = len(run.model.networks)
    shape = "-".join(map(str, widths(run.model.networks[0])))
    network = f"An ensemble of {count} networks of {shape} units" if count > 1 else f"A network of {shape} units"
    if (quality := run.recipe.quality) is not None:
        text = ensemble_text(count, quality)
        network = f"A network, quality {quality}" if count == 1 else f"An {text}"
    task = f"predict {run.recipe.options.get('target') or 'a number'}"
    if run.model.class_names:
        task = f"predict one of {len(run.model.class_names)} classes"
    source = f"{rows:,} rows of {_source(run)}" if rows else _source(run)
    text = f"{network}, trained on {source} to {task}"
    if not evaluated or not rows:
        return f"{text}."
    if evaluation.part == "train":
        return f"{text}. There is no held-out set, so the result says nothing about new rows."
    text += f" and evaluated on a {SETS[evaluation.part]} of {evaluated:,} rows."
    if evaluation.part == "valid":
        text += " The validation set may have served to choose the epoch or the recipe, so its result is optimistic."
    return text


def _source(run: Run) -> str:
    """Return the name of the data without the folder, which differs between machines."""
    return run.recipe.source.replace("\\", "/").rstrip("/").rpartition("/")[2]


def result(evaluation: Evaluation) -> Context:
    """Return the main metric with its interval and its baseline."""
    is_share, rows = evaluation.has_classes, evaluation.rows
    interval, baseline = evaluation.interval(), evaluation.baseline
    part = PARTS[evaluation.part]
    context: Context = {"strip": charts.strip(evaluation.value, interval, baseline, is_share)}
    show = (lambda x: percent(x, rows)) if is_share else rounded
    context["value"] = show(evaluation.value)
    details = []
    if is_share:
        correct = round(evaluation.value * rows)
        context["metric"] = f"{part} accuracy" + (f": {correct:,} of {rows:,} rows correct" if rows else "")
        baseline_model = "most frequent class"
    else:
        context["metric"] = f"{part} RMSE" + (f" on {rows:,} rows" if rows else "")
        baseline_model = "mean of the training set"
        if (r2 := evaluation.metrics.get(f"{evaluation.part}_r2")) is not None:
            ends = evaluation.interval("r2")
            spread = "" if ends is None else f" ({rounded(ends.low, 3)} to {rounded(ends.high, 3)})"
            details.append(f"R²: {rounded(r2, 3)}{spread}.")
    if interval is not None:
        details.insert(0, f"95% confidence interval: {show(interval.low)} to {show(interval.high)}.")
    if baseline is not None:
        details.append(f"Baseline ({baseline_model}): {show(baseline)}.")
    context["details"] = " ".join(details)
    context["verdict"] = _verdict(evaluation)
    context["scores"] = score_table(evaluation)
    if any(found.rule in LEAKS for found in evaluation.findings):
        context["verdict"] += " It may rest on a leak: see the findings."
    return context


def _verdict(evaluation: Evaluation) -> str:
    """Return whether the run is better than its baseline; empty without an interval."""
    metric, _ = evaluation.judged_by
    if evaluation.interval() is None:
        return ""
    relation = {True: "Significantly better", False: "Significantly worse", None: "Not significantly better"}
    if metric not in SCORE_NAMES:
        return f"{relation[evaluation.is_better]} than the baseline."
    why = "the classes are imbalanced" if evaluation.is_imbalanced else "accuracy was traded for recall"
    verdict = relation[evaluation.is_better]
    return f"{verdict} than a constant prediction, judged by {judgement(evaluation)}, because {why}."


def score_table(evaluation: Evaluation) -> Context | None:
    """Return the metrics of classes beside accuracy, each next to its baseline."""
    rows = [(name, f"{value:.4f}", f"{bar:.4f}") for name, value, bar in evaluation.scores]
    if not rows:
        return None
    caption = "Metrics of the classes, and those of the best constant prediction"
    if evaluation.run.model.has_two_classes:
        caption += f"; PR AUC and F1 are those of the positive class, {evaluation.metrics['positive_class']}"
    return {"caption": caption, "head": ("metric", PARTS[evaluation.part], "baseline"), "rows": rows}


def data_facts(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Return facts about the data, by name."""
    run, metrics = evaluation.run, evaluation.metrics
    split = about_split(run)
    # With folds the validation rows are those of the training set.
    own = [part for part in PARTS if metrics.get(f"{part}_rows") and not (part == "valid" and metrics.get("folds"))]
    rows = [f"{metrics[f'{part}_rows']:,} {PARTS[part]}" for part in own]
    if run.recipe.early_stopping and rows and "valid" not in own and run.recipe.quality is None:
        held_out = set_aside(metrics["train_rows"], run.recipe.validation_fraction)
        about = "" if split is None else "about "
        rows[0] += f" ({about}{held_out:,} of them held out for early stopping)"
    facts = [("Source", _source(run))]
    if rows:
        facts.append(("Rows", ", ".join(rows)))
    if split is not None:
        facts.append(("Split", split))
    if metrics.get("folds"):
        repeats = f", repeated {metrics['repeats']} times" if metrics.get("repeats", 1) > 1 else ""
        by = "" if split is None else f" {split.partition(':')[0]}"
        how = held_out_rows(metrics) if is_cut(metrics) else f"{metrics['folds']}-fold cross-validation"
        facts.append(("Validation", f"{how}{by}{repeats}"))
        if metrics["folds"] > 1 and (scores := fold_scores(evaluation)):
            facts.append(("Accuracy by fold" if evaluation.has_classes else "RMSE by fold", scores))
    shape = None if evaluation.part_data is None else evaluation.part_data.image_shape
    columns = f"{run.model.features:,}"
    if run.model.columns is not None and run.model.columns.width != run.model.features:
        columns += f", encoded as {run.model.columns.width:,} inputs"
    facts.append(("Features", columns if shape is None else f"{columns} ({'×'.join(map(str, shape))} pixels)"))
    if evaluation.classes:
        facts.append(("Classes", f"{len(evaluation.classes):,}"))
    return facts


def fold_scores(evaluation: Evaluation) -> str:
    """Return the accuracy or RMSE of every fold, of many their range, and that of all folds together."""
    values = evaluation.metrics.get(f"valid_{evaluation.metric}_by_fold")
    together = evaluation.metrics.get(f"valid_{evaluation.metric}")
    if not values or together is None:
        return ""
    show = percent if evaluation.has_classes else rounded
    if len(values) <= MOST_FOLDS:
        text = ", ".join(map(show, values))
    else:
        text = f"{show(min(values))} to {show(max(values))} in {len(values)} folds"
    return f"{text}; together {show(together)}"


def model_facts(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Return facts about the network and its training, by name."""
    run, metrics = evaluation.run, evaluation.metrics
    recipe, history, network = run.recipe, run.history, run.model.networks[0]
    count = len(run.model.networks)
    size = ("Parameters", f"{sum(one.parameters.size for one in run.model.networks):,}")
    if found := contributions(run.metrics):
        facts = [
            ("Networks", f"{count} of {sum(one.total for one in found)} trained, on {folds_text(metrics)}"),
            ("Settings", f"{sum(one.weight > 0 for one in found)} of {len(found)} in the ensemble"),
            ("Quality", f"{recipe.quality}"),
            ("Weights chosen by", f"{metric_name(run.metrics)} on held-out rows"),
            size,
        ]
        epochs = [len(one) for one in run.histories]
        facts.append(("Epochs", f"{min(epochs)} to {max(epochs)}" if min(epochs) < max(epochs) else f"{epochs[0]}"))
        return facts + _training_facts(evaluation)
    facts = [
        ("Network", f"{count} × " * (count > 1) + "-".join(map(str, widths(network)))),
        ("Hidden layers", format_spec(list(recipe.layers))),
        size,
    ]
    optimizer = spec_dict(recipe.optimizer)["name"]
    facts.append(("Optimizer", f"{optimizer}, batch size {recipe.batch_size}" if optimizer != "lbfgs" else optimizer))
    reasons = {"early stopping": "early stopping", "converged": "converged", "interrupted": "interrupted"}
    notes = [reasons[history.stop_reason]] if history.stop_reason in reasons else []
    if history.best_epoch != len(history):
        notes.append(f"best: {history.best_epoch}")
    facts.append(("Epochs", f"{len(history):,}" + (f" ({', '.join(notes)})" if notes else "")))
    return facts + _training_facts(evaluation)


def _training_facts(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Return training time, decision threshold, engine, and seed, by name."""
    run, metrics, facts = evaluation.run, evaluation.metrics, list[tuple[str, str]]()
    recipe = run.recipe
    if (seconds := metrics.get("seconds")) is not None:
        facts.append(("Training time", f"{seconds:.2f} s" if seconds < 100 else f"{seconds / 60:.1f} min"))
    if run.model.threshold != 0.5:
        chosen = f", chosen by {recipe.threshold} on held-out rows" if isinstance(recipe.threshold, str) else ""
        name = evaluation.classes[run.model.positive_class]
        facts.append(("Decision threshold", f"{run.model.threshold:.4g} for class {name!r}{chosen}"))
    facts.append(("Engine", str(metrics.get("engine", run.history.engine))))
    facts.append(("Seed", f"{recipe.seed}"))
    return facts


def learning_curves(run: Run) -> list[charts.Chart]:
    """Return loss and accuracy over the epochs: of the network, or of all networks of a portfolio by setting."""
    groups = histories_by_setting(run)
    if not groups:
        return charts.curves(run.history)
    titles = {"valid_loss": "Loss on the held-out rows", "valid_accuracy": "Accuracy on the held-out rows"}
    found = [
        charts.of_settings([(f"setting {one.number}", one.curves(own, name)) for one, own in groups], title)
        for name, title in titles.items()
    ]
    return [chart for chart in found if chart is not None]


def curves_note(run: Run) -> str:
    """Return which networks the learning curves belong to; empty for a single network."""
    count = len(run.model.networks)
    if contributions(run.metrics):
        text = "Each line is one network, on the rows that it was trained without; a dot marks its best epoch."
        return text if run.model.class_names is not None else f"{text} Targets are standardized."
    return f"Network 1 of the {count} in the ensemble." if count > 1 else ""


# ---- classes ----


def confusion(evaluation: Evaluation) -> Context | None:
    """Return the confusion matrix cell by cell: the count, and the strength of its color."""
    counts = evaluation.counts
    if counts is None or len(counts) > MOST_CLASSES or not counts.sum():
        return None
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    worst = max(float((shares - np.diag(np.diag(shares))).max()), 1e-9)
    rows = [
        [
            {"count": int(count), "look": "good", "shade": f"{shares[t, p]:.2f}"}
            if t == p
            else {"count": int(count), "look": "bad" if count else "none", "shade": f"{shares[t, p] / worst:.2f}"}
            for p, count in enumerate(row)
        ]
        for t, row in enumerate(counts)
    ]
    wrong = int(counts.sum() - np.trace(counts))
    return {
        "classes": evaluation.classes,
        "rows": rows,
        "is_tall": max(map(len, evaluation.classes)) > 3,
        "note": f"{wrong:,} of {int(counts.sum()):,} rows are misclassified.",
    }


def confused_pairs(evaluation: Evaluation) -> Context | None:
    """Return the most frequently confused pairs of classes, if there are too many classes for a matrix."""
    counts, pairs = evaluation.counts, evaluation.confused_pairs
    if counts is None or len(counts) <= MOST_CLASSES or not pairs:
        return None
    of = counts.sum(axis=1)
    names = evaluation.classes
    rows = [
        (names[true], names[predicted], f"{count:,}", percent(count / int(of[true])))
        for true, predicted, count in pairs[:MOST_PAIRS]
    ]
    caption = f"The {len(rows)} most frequently confused pairs of classes, of {len(pairs):,}"
    return {"caption": caption, "head": ("true", "predicted", "rows", "share of the true class"), "rows": rows}


def per_class(evaluation: Evaluation) -> Context | None:
    """Return precision, recall, and F1 of each class, or of those with the lowest F1 if there are many."""
    report = evaluation.class_report
    if report is None:
        return None
    count = len(report.classes)
    order = np.arange(count)
    if count > MOST_CLASSES:
        order = np.argsort(np.where(report.support > 0, report.f1, 2), kind="stable")[:MOST_CLASSES]
    rows = [
        (
            report.classes[i],
            *(
                percent(float(score[i])) if report.support[i] else "–"
                for score in (report.precision, report.recall, report.f1)
            ),
            f"{report.support[i]:,}",
        )
        for i in order
    ]
    text = (
        "Precision: correct share of the predictions of a class. Recall: share of the rows of a class that are found. "
        "F1: harmonic mean of the two. Support: number of rows."
    )
    caption = f"Metrics of {count} classes"
    if len(order) < count:
        caption = f"The {len(order)} classes with the lowest F1, of {count:,}"
    return {"text": text, "caption": caption, "head": ("class", "precision", "recall", "F1", "support"), "rows": rows}


def calibration(evaluation: Evaluation) -> Context | None:
    """Return the mean confidence next to the accuracy, and the reliability diagram."""
    if not evaluation.has_classes or evaluation.part_data is None:
        return None
    found = evaluation.calibration
    text = (
        f"{evaluation.confidence_summary}. Expected calibration error, the mean gap between confidence and accuracy "
        f"over bins of confidence: {percent(found.error)}."
    )
    return {"text": text, "chart": charts.reliability_diagram(found)}


# ---- regression, and tables ----


def numbers(evaluation: Evaluation) -> list[charts.Chart]:
    """Return predictions against true values, and the residuals, of up to MOST_OUTPUTS outputs."""
    part = evaluation.part_data
    if part is None or evaluation.has_classes:
        return []
    true, predicted = (values.reshape(len(part), -1) for values in (part.y, evaluation.predictions))
    return [
        draw(true[:, k], predicted[:, k], f" {k + 1}" if true.shape[1] > 1 else "")
        for k in range(min(true.shape[1], MOST_OUTPUTS))
        for draw in (charts.predicted_against_true, charts.residuals)
    ]


def importance(evaluation: Evaluation) -> Context | None:
    """Return the permutation importance of every column of a table."""
    found, part = evaluation.importance, evaluation.part_data
    if found is None or part is None:
        return None
    names = column_names(part)
    change = "Increase in log loss" if evaluation.has_classes else "Decrease in R²"
    text = (
        f"{change} on the {SETS[evaluation.part]} when the values of one column are shuffled: mean of "
        f"{found.drops.shape[1]} repeats, with its 95% interval over the rows. Correlated columns can replace each "
        "other, so each of them may look unimportant."
    )
    if len(names) > charts.MOST_BARS:
        text += f" The chart has the {charts.MOST_BARS} most important of {len(names)} columns."
    return {"text": text, "chart": charts.importance(found, names, evaluation.has_classes)}


# ---- network internals ----


def first_weights(evaluation: Evaluation) -> Context | None:
    """Return the first layer's weights: one image per unit, or a heat map if there are few features."""
    network, part = evaluation.run.model.networks[0], evaluation.part_data
    transform = evaluation.run.model.image_transform
    shape = transform.image_shape if transform is not None else None if part is None else part.image_shape
    if not isinstance(network.layers[0], Dense):
        return None
    W = network.named_parameters()[f"{network.names[0]}.W"]  # (features, units)
    if is_image_shape(shape):
        assert shape is not None
        units = np.argsort(-np.linalg.norm(W, axis=0), kind="stable")[:MOST_UNITS]
        largest = float(np.quantile(np.abs(W[:, units]), 0.995))
        which = f"all {len(units)} units"
        if len(units) < W.shape[1]:
            which = f"the {len(units)} of {W.shape[1]} units with the largest weights"
        legend = (LegendEntry("box positive", "positive weight"), LegendEntry("box negative", "negative weight"))
        return {
            "chart": None,
            "text": f"Input weights of {which}, one image each.",
            "images": [data_uri(weight_image(W[:, j], shape, largest)) for j in units],
            "legend": legend if len(shape) == 2 else (),
            "width": shape[1],
            "height": shape[0],
        }
    if W.shape[0] > MOST_UNITS:
        return None
    units = np.sort(np.argsort(-np.linalg.norm(W, axis=0), kind="stable")[:MOST_MAPPED])
    return {"images": [], "chart": charts.weight_map(W[:, units], input_names(evaluation.run.model))}


def activation_charts(run: Run) -> list[charts.Chart]:
    """Return histograms of activations and gradients over the epochs."""
    stats = run.activation_history
    if stats is None or not len(stats.epochs) or not stats.layers:
        return []
    return [charts.activations(stats)] + ([charts.gradients(stats)] if stats.gradients.any() else [])


def parameters(run: Run) -> Context:
    """Return every parameter array with its name, shape, size, and statistics; of a portfolio, those of a network per
    setting."""
    several = len(run.model.networks) > 1
    shown = dict(enumerate(run.model.networks))
    if groups := histories_by_setting(run):
        firsts = accumulate((setting.total for setting, _ in groups[:-1]), initial=0)
        shown = {first: shown[first] for first in firsts}
    rows = [
        (
            f"{i}: {name}" if several else name,
            " × ".join(map(str, view.shape)),
            f"{view.size:,}",
            *(rounded(float(value), 3) for value in (view.mean(), view.std(), view.min(), view.max())),
        )
        for i, network in shown.items()
        for name, view in network.named_parameters().items()
        if view.size
    ]
    total = sum(network.parameters.size for network in run.model.networks)
    head = ("name", "shape", "size", "mean", "std", "min", "max")
    caption = f"{total:,} parameters after training"
    if len(shown) < len(run.model.networks):
        which = "the first network" + " of each setting" * (len(shown) > 1)
        caption += f" in {len(run.model.networks)} networks; {which} is listed"
    return {"caption": caption, "head": head, "rows": rows}
