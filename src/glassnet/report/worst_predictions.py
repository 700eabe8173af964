"""The worst predictions of a run, as images or as rows of a table: misclassified rows, or the largest errors."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, IntArray
from glassnet.common.numbers import rounded
from glassnet.data.dataset import Dataset
from glassnet.data.splits import SETS
from glassnet.report.evaluation import Evaluation
from glassnet.report.png import PixelRange, data_uri, is_image_shape
from glassnet.report.row_labels import cell_texts, column_names, row_label, row_labels, rows_caption

Context = dict[str, Any]

MOST_IMAGES, MOST_ROWS = 24, 10

MOST_COLUMNS, MOST_OUTPUTS = 6, 3
"""Limits on the columns and on the outputs that a row of the table contains."""


def worst_predictions(evaluation: Evaluation) -> Context | None:
    """Return the worst predictions with their true class or number, and the confidence of a classifier."""
    data = evaluation.part_data
    if data is None or not len(data):
        return None
    has_images = is_image_shape(data.image_shape)
    most = MOST_IMAGES if has_images else MOST_ROWS
    rows = evaluation.hardest
    if not evaluation.has_classes:
        return _largest_errors(evaluation, data, rows[:most])
    wrong = rows[~evaluation.is_correct[rows]]
    if len(wrong):
        listed = wrong[:most]
        row = "image" if has_images else "row"
        count = f"{len(listed)} of {len(wrong):,}" if len(listed) < len(wrong) else f"{len(wrong)}"
        text = f"{count} misclassified {row}{'s' * (len(wrong) > 1)}"
        if len(wrong) > 1:
            text += ", sorted by the predicted probability of the true class, lowest first"
        context: Context = {"title": f"Misclassified {row}s", "text": f"{text}."}
    else:
        listed = rows[: most // 2]
        text = "Every row is classified correctly. These have the lowest confidence."
        context = {"title": "Least confident predictions", "text": text}
    names, confidence = evaluation.classes, evaluation.confidence
    predicted = [names[evaluation.predictions[i]] if len(wrong) else "" for i in listed]
    true = [names[data.y[i]] for i in listed]
    if has_images:
        context["images"] = _images(data, listed, true, predicted, confidence[listed])
        return context
    columns = _listed_columns(evaluation, data)
    called = column_names(data)
    head = ["row", "true"] + ["predicted"] * bool(len(wrong)) + ["confidence", *(called[j] for j in columns)]
    labels, cells = row_labels(data, listed), cell_texts(data, listed, columns)
    context["rows"] = [
        (label, t, *([p] if len(wrong) else []), f"{confidence[i]:.0%}", *values)
        for label, i, t, p, values in zip(labels, listed, true, predicted, cells, strict=True)
    ]
    caption = rows_caption(data, SETS[evaluation.part])
    return context | {"images": [], "caption": caption, "head": head, "texts": 3 if len(wrong) else 2}


def _images(
    data: Dataset, rows: IntArray, true: list[str], predicted: list[str], confidence: AnyArray
) -> list[Context]:
    assert data.image_shape is not None
    pixels = PixelRange.of(data)
    height, width = data.image_shape[:2]
    return [
        {
            "uri": data_uri(pixels.bytes(data.X[i], data.image_shape)),
            "alt": f"{row_label(data, int(i))}: true {t}" + (f", predicted {p}" if p else ""),
            "file": "" if data.row_names is None else str(data.row_names[i]),
            "width": width,
            "height": height,
            "true": t,
            "predicted": p,
            "confidence": f"{share:.0%}",
        }
        for i, t, p, share in zip(rows, true, predicted, confidence, strict=True)
    ]


def _largest_errors(evaluation: Evaluation, data: Dataset, rows: IntArray) -> Context:
    columns = _listed_columns(evaluation, data)
    true, predicted = (values.reshape(len(data), -1) for values in (data.y, evaluation.predictions))

    def numbers(values: AnyArray) -> str:
        return ", ".join(rounded(float(value)) for value in values[:MOST_OUTPUTS]) + ", …" * (
            len(values) > MOST_OUTPUTS
        )

    called = column_names(data)
    return {
        "images": [],
        "title": "Largest errors",
        "text": f"The {len(rows)} rows with the largest residuals, true − predicted.",
        "caption": rows_caption(data, SETS[evaluation.part]),
        "head": ["row", "true", "predicted", "residual", *(called[j] for j in columns)],
        "rows": [
            (label, numbers(true[i]), numbers(predicted[i]), numbers(true[i] - predicted[i]), *values)
            for label, i, values in zip(row_labels(data, rows), rows, cell_texts(data, rows, columns), strict=True)
        ],
        "texts": 1,
    }


def _listed_columns(evaluation: Evaluation, data: Dataset) -> list[int]:
    """Return the columns to list: all of a narrow table, else the most important ones."""
    found = evaluation.importance
    if found is None or data.features <= MOST_COLUMNS:
        return list(range(min(data.features, MOST_COLUMNS)))
    # Permuting a column that the model uses may improve the score by chance; only an unused column changes nothing.
    return [int(j) for j in np.argsort(-np.abs(found.mean), kind="stable")[:MOST_COLUMNS]]
