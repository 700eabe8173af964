"""The sections of a report as plain words, numbers and pictures; the templates only lay them out."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.common.specs import format_spec, spec_dict
from glassnet.network.layers import Dense
from glassnet.report import charts
from glassnet.report.charts import Key
from glassnet.report.findings import Findings, rounded, rounded_share
from glassnet.report.png import data_uri, is_image_shape, weight_picture
from glassnet.report.row_labels import column_names, input_names
from glassnet.report.terminal import MOST_CLASSES, PARTS, widths
from glassnet.runs.run import Run
from glassnet.training.fit import set_aside

Words = dict[str, Any]

MOST_PAIRS = 20
MOST_UNITS = 40
MOST_MAPPED = 64
MOST_OUTPUTS = 3


SEEN = {"test": "seen", "valid": "learned from, but by which its epoch or its recipe may have been chosen"}
"""What of the rows that a run was measured on is true: nothing but the test part is wholly new to it."""


def lead(run: Run) -> str:
    """Return what was trained on what, in a sentence or two."""
    rows = run.metrics
    findings = Findings(run)
    learned, measured = rows.get("train_rows"), findings.rows
    source = _source(run)
    count = len(run.model.networks)
    what = f"{count} networks of" if count > 1 else "A network of"
    shape = "-".join(map(str, widths(run.model.networks[0])))
    task = f"predict {run.recipe.options.get('target') or 'a number'}"
    if run.model.class_names:
        task = f"tell {len(run.model.class_names)} classes apart"
    text = f"{what} {shape} units, trained to {task}"
    if learned:
        text += f" on {learned:,} rows of {source}"
    else:
        text += f" on {source}"
    if not measured or not learned:
        return f"{text}."
    if findings.part == "train":
        return f"{text}. There is no other part, so nothing here says how it does on new rows."
    return f"{text} and measured on {measured:,} rows that it had not {SEEN[findings.part]}."


def _source(run: Run) -> str:
    """Return the name of the data, without the folder that they lie in on somebody's machine."""
    return run.recipe.source.replace("\\", "/").rstrip("/").rpartition("/")[2]


def result(findings: Findings) -> Words:
    """Return the result in large, beside its interval and its baseline."""
    is_share, rows = findings.has_classes, findings.rows
    interval, baseline = findings.interval(), findings.baseline
    part = PARTS[findings.part]
    words: Words = {"strip": charts.strip(findings.value, interval, baseline, is_share)}
    show = (lambda x: rounded_share(x, rows)) if is_share else rounded
    words["value"] = show(findings.value)
    details = []
    if is_share:
        right = round(findings.value * rows)
        words["what"] = f"{part} accuracy" + (f": {right:,} of {rows:,} rows are right" if rows else "")
        baseline_says = "the most common class,"
    else:
        words["what"] = f"{part} RMSE, the typical error" + (f" on {rows:,} rows" if rows else "")
        baseline_says = "the mean of the training part, RMSE"
        if (r2 := findings.metrics.get(f"{findings.part}_r2")) is not None:
            ends = findings.interval("r2")
            spread = "" if ends is None else f" ({rounded(ends.low, 3)} to {rounded(ends.high, 3)})"
            details.append(f"R² {rounded(r2, 3)}{spread}.")
    if interval is not None:
        details.insert(0, f"95 % interval: {show(interval.low)} to {show(interval.high)}.")
    if baseline is not None:
        details.append(f"Baseline: always {baseline_says} {show(baseline)}.")
    words["details"] = " ".join(details)
    words["verdict"] = {
        True: "Clearly better than the baseline.",
        False: "Worse than the baseline.",
        None: "" if interval is None else "Not clearly better than the baseline: it may be chance.",
    }[findings.is_better]
    return words


def facts(findings: Findings) -> list[tuple[str, str]]:
    """Return what there is to know about data, network and training, by name."""
    run, metrics = findings.run, findings.metrics
    recipe, history, network = run.recipe, run.history, run.model.networks[0]
    # By folds the rows to learn from are those to validate by, and no part of their own.
    own = [part for part in PARTS if metrics.get(f"{part}_rows") and not (part == "valid" and metrics.get("folds"))]
    rows = [f"{metrics[f'{part}_rows']:,} {PARTS[part]}" for part in own]
    if recipe.early_stopping and rows and "valid" not in own:
        aside = set_aside(metrics["train_rows"])
        rows[0] += f" ({aside:,} of them only watched, to know when to stop)"
    found = [("Data", _source(run))]
    if rows:
        found.append(("Rows", ", ".join(rows)))
    if metrics.get("folds"):
        times = f", dealt {metrics['repeats']} times" if metrics.get("repeats", 1) > 1 else ""
        found.append(("Validation", f"by {metrics['folds']} folds{times}"))
    shape = None if findings.rows_of_part is None else findings.rows_of_part.image_shape
    columns = f"{run.model.features:,}"
    if run.model.columns is not None and run.model.columns.width != run.model.features:
        columns += f", which become {run.model.columns.width:,} numbers"
    found.append(("Features", columns if shape is None else f"{columns} ({'×'.join(map(str, shape))} pixels)"))
    if findings.classes:
        found.append(("Classes", f"{len(findings.classes):,}"))
    count = len(run.model.networks)
    found.append(("Network", f"{count} × " * (count > 1) + "-".join(map(str, widths(network)))))
    found.append(("Hidden layers", format_spec(list(recipe.layers))))
    found.append(("Parameters", f"{sum(one.parameters.size for one in run.model.networks):,}"))
    optimizer = spec_dict(recipe.optimizer)["name"]
    found.append(("Optimizer", f"{optimizer}, batches of {recipe.batch_size}" if optimizer != "lbfgs" else optimizer))
    why = {"early stopping": "stopped early", "converged": "converged", "interrupted": "interrupted"}
    notes = [why[history.stop_reason]] if history.stop_reason in why else []
    if history.best_epoch != len(history):
        notes.append(f"epoch {history.best_epoch} kept")
    found.append(("Epochs", f"{len(history):,}" + (f" ({', '.join(notes)})" if notes else "")))
    if (seconds := metrics.get("seconds")) is not None:
        found.append(("Time", f"{seconds:.2f} s" if seconds < 100 else f"{seconds / 60:.1f} min"))
    found.append(("Engine, seed", f"{metrics.get('engine', history.engine)}, {recipe.seed}"))
    return found


# ---- classes ----


def confusion(findings: Findings) -> Words | None:
    """Return the confusion matrix cell by cell: how often, and how strongly to color it."""
    counts = findings.counts
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
        "classes": findings.classes,
        "rows": rows,
        "is_tall": max(map(len, findings.classes)) > 3,
        "note": f"{wrong:,} of {int(counts.sum()):,} are wrong.",
    }


def confused_pairs(findings: Findings) -> Words | None:
    """Return which classes are mixed up most, where there are too many for a matrix."""
    counts, pairs = findings.counts, findings.confused
    if counts is None or len(counts) <= MOST_CLASSES or not pairs:
        return None
    of = counts.sum(axis=1)
    names = findings.classes
    rows = [
        (names[true], names[said], f"{count:,}", rounded_share(count / int(of[true])))
        for true, said, count in pairs[:MOST_PAIRS]
    ]
    caption = f"The {len(rows)} pairs of classes that are mixed up most, of {len(pairs):,}"
    return {"caption": caption, "head": ("true", "predicted", "rows", "of the true class"), "rows": rows}


def per_class(findings: Findings) -> Words | None:
    """Return precision, recall and F1 of every class, or of the worst where there are many."""
    report = findings.by_class
    if report is None:
        return None
    count = len(report.classes)
    order = np.arange(count)
    if count > MOST_CLASSES:
        order = np.argsort(np.where(report.support > 0, report.f1, 2), kind="stable")[:MOST_CLASSES]
    rows = [
        (
            report.classes[i],
            f"{report.support[i]:,}",
            *(
                rounded_share(float(score[i])) if report.support[i] else "–"
                for score in (report.precision, report.recall, report.f1)
            ),
        )
        for i in order
    ]
    text = (
        "Precision is how many of the rows it puts into a class belong there, recall how many of a class’s rows it "
        "finds, F1 their harmonic mean."
    )
    caption = "Every class"
    if len(order) < count:
        caption = f"The {len(order)} classes with the lowest F1, of {count:,}"
    return {"text": text, "caption": caption, "head": ("class", "rows", "precision", "recall", "F1"), "rows": rows}


def reliability(findings: Findings) -> Words | None:
    """Return whether the network is as often right as it says."""
    if not findings.has_classes or findings.rows_of_part is None:
        return None
    found = findings.reliability
    text = (
        f"On average it is {rounded_share(float(findings.sure.mean()))} sure of its answer, and right in "
        f"{rounded_share(findings.value, findings.rows)}. The expected calibration error, how far the two lie apart "
        f"among answers of like confidence, is {rounded_share(found.error)}."
    )
    return {"text": text, "chart": charts.calibration(found)}


# ---- tables of numbers ----


def numbers(findings: Findings) -> list[charts.Chart]:
    """Return what was predicted against what is true, and the residuals, of up to MOST_OUTPUTS numbers."""
    part = findings.rows_of_part
    if part is None or findings.has_classes:
        return []
    true, said = (values.reshape(len(part), -1) for values in (part.y, findings.answers))
    return [
        draw(true[:, k], said[:, k], f" {k + 1}" if true.shape[1] > 1 else "")
        for k in range(min(true.shape[1], MOST_OUTPUTS))
        for draw in (charts.against_truth, charts.residuals)
    ]


def importance(findings: Findings) -> Words | None:
    """Return how much the model leans on every column of a table."""
    found, part = findings.importance, findings.rows_of_part
    if found is None or part is None:
        return None
    names = column_names(part)
    metric = "accuracy" if findings.has_classes else "R²"
    text = (
        f"How much {metric} is lost when one column’s values are dealt out anew among the rows of the "
        f"{PARTS[findings.part]} part: the mean of {found.drops.shape[1]} times, the line being its spread. Of columns "
        "that say the same, each looks dispensable."
    )
    if len(names) > charts.MOST_BARS:
        text += f" The first {charts.MOST_BARS} of {len(names)}."
    return {"text": text, "chart": charts.importance(found, names, findings.metric)}


# ---- inside ----


def first_weights(findings: Findings) -> Words | None:
    """Return the first layer's weights: as pictures, one for each unit, or as a map where there are few features."""
    network, part = findings.run.model.networks[0], findings.rows_of_part
    frame = findings.run.model.image_frame
    shape = frame.image_shape if frame is not None else None if part is None else part.image_shape
    if not isinstance(network.layers[0], Dense):
        return None
    W = network.named_parameters()[f"{network.names[0]}.W"]  # (features, units)
    if is_image_shape(shape):
        assert shape is not None
        units = np.argsort(-np.linalg.norm(W, axis=0), kind="stable")[:MOST_UNITS]
        largest = float(np.quantile(np.abs(W[:, units]), 0.995))
        which = (
            f"The {len(units)} of {W.shape[1]} units with the largest weights"
            if len(units) < W.shape[1]
            else "All units"
        )
        legend = (
            Key("box positive", "brighter here, larger output"),
            Key("box negative", "brighter here, smaller output"),
        )
        return {
            "chart": None,
            "text": f"{which}, each as a picture of the weights that lead to it.",
            "pictures": [data_uri(weight_picture(W[:, j], shape, largest)) for j in units],
            "legend": legend if len(shape) == 2 else (),
            "width": shape[1],
            "height": shape[0],
        }
    if W.shape[0] > MOST_UNITS:
        return None
    units = np.sort(np.argsort(-np.linalg.norm(W, axis=0), kind="stable")[:MOST_MAPPED])
    return {"pictures": [], "chart": charts.weight_map(W[:, units], input_names(findings.run.model))}


def inside(run: Run) -> list[charts.Chart]:
    """Return what was seen of activations and gradients on the way."""
    seen = run.glimpses
    if seen is None or not len(seen.epochs) or not seen.layers:
        return []
    return [charts.activations(seen)] + ([charts.gradients(seen)] if seen.gradients.any() else [])


def parameters(run: Run) -> Words:
    """Return every array of parameters: name, shape, size and what its numbers are like."""
    several = len(run.model.networks) > 1
    rows = [
        (
            f"{i}: {name}" if several else name,
            " × ".join(map(str, view.shape)),
            f"{view.size:,}",
            *(rounded(float(value), 3) for value in (view.mean(), view.std(), view.min(), view.max())),
        )
        for i, network in enumerate(run.model.networks)
        for name, view in network.named_parameters().items()
        if view.size
    ]
    total = sum(network.parameters.size for network in run.model.networks)
    head = ("name", "shape", "count", "mean", "std", "min", "max")
    return {"caption": f"{total:,} parameters, as they were kept", "head": head, "rows": rows}
