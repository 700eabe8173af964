"""Where a run goes wrong: the rows it does worst on, as pictures or as rows, with what it said instead."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.common.arrays import AnyArray, IntArray
from glassnet.data.dataset import Dataset
from glassnet.report.findings import Findings, rounded
from glassnet.report.png import Shades, data_uri, is_image_shape
from glassnet.report.row_labels import cells, column_names, place_told, places, places_told
from glassnet.report.terminal import PARTS

Words = dict[str, Any]

MOST_IMAGES, MOST_ROWS = 24, 10

MOST_COLUMNS, MOST_NUMBERS = 6, 3
"""How many columns are shown beside a mistake, and how many of several numbers to predict."""


def mistakes(findings: Findings) -> Words | None:
    """Return the rows it does worst on, as pictures or as rows, with what it said instead and how sure it was."""
    part = findings.rows_of_part
    if part is None or not len(part):
        return None
    are_pictures = is_image_shape(part.image_shape)
    most = MOST_IMAGES if are_pictures else MOST_ROWS
    rows = findings.hardest
    if not findings.has_classes:
        return _worst_numbers(findings, part, rows[:most])
    wrong = rows[~findings.is_right[rows]]
    words: Words = {"title": "The worst mistakes"}
    if len(wrong):
        shown = wrong[:most]
        which = f"The worst {len(shown)} of {len(wrong):,}" if len(shown) < len(wrong) else f"All {len(wrong)}"
        told = "what it is, what it was taken for, and how sure that was"
        words["text"] = (
            f"{which}, the least probable truth first: {told}." if len(wrong) > 1 else f"There is only one: {told}."
        )
    else:
        shown = rows[: most // 2]
        words = {"title": "The closest calls", "text": "There is no mistake. These it was least sure of."}
    names, sure, answers = findings.classes, findings.sure, findings.answers
    said = [names[answers[i]] if len(wrong) else "" for i in shown]
    if are_pictures:
        words["pictures"] = _pictures(part, shown, [names[part.y[i]] for i in shown], said, sure[shown])
        return words
    columns = _shown_columns(findings, part)
    called = column_names(part)
    head = ["row", "true"] + ["predicted"] * bool(len(wrong)) + ["sure", *(called[j] for j in columns)]
    words["rows"] = [
        (place, names[part.y[i]], *([name] if len(wrong) else []), _whole(sure[i]), *own)
        for place, i, name, own in zip(places(part, shown), shown, said, cells(part, shown, columns), strict=True)
    ]
    caption = places_told(part, PARTS[findings.part])
    return words | {"pictures": [], "caption": caption, "head": head, "texts": 3 if len(wrong) else 2}


def _pictures(part: Dataset, rows: IntArray, true: list[str], said: list[str], sure: AnyArray) -> list[Words]:
    assert part.image_shape is not None
    shades = Shades.of(part)
    height, width = part.image_shape[:2]
    return [
        {
            "uri": data_uri(shades.bytes(part.X[i], part.image_shape)),
            "alt": f"{place_told(part, int(i))}: true {t}" + (f", taken for {s}" if s else ""),
            "file": "" if part.row_names is None else str(part.row_names[i]),
            "width": width,
            "height": height,
            "true": t,
            "said": s,
            "sure": _whole(share),
        }
        for i, t, s, share in zip(rows, true, said, sure, strict=True)
    ]


def _whole(share: float) -> str:
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def _worst_numbers(findings: Findings, part: Dataset, rows: IntArray) -> Words:
    columns = _shown_columns(findings, part)
    true, said = (values.reshape(len(part), -1) for values in (part.y, findings.answers))

    def numbers(values: AnyArray) -> str:
        return ", ".join(rounded(float(value)) for value in values[:MOST_NUMBERS]) + ", …" * (
            len(values) > MOST_NUMBERS
        )

    called = column_names(part)
    return {
        "pictures": [],
        "title": "The largest errors",
        "text": f"The {len(rows)} rows that the prediction is furthest from.",
        "caption": places_told(part, PARTS[findings.part]),
        "head": ["row", "true", "predicted", "off by", *(called[j] for j in columns)],
        "rows": [
            (place, numbers(true[i]), numbers(said[i]), numbers(said[i] - true[i]), *own)
            for place, i, own in zip(places(part, rows), rows, cells(part, rows, columns), strict=True)
        ],
        "texts": 1,
    }


def _shown_columns(findings: Findings, part: Dataset) -> list[int]:
    """Return which columns of a table are shown beside a mistake: those the model leans on most."""
    found = findings.importance
    if found is None or part.features <= MOST_COLUMNS:
        return list(range(min(part.features, MOST_COLUMNS)))
    # Shuffling what it leans on may also happen to help a little; nothing changes with what it does not look at.
    return [int(j) for j in np.argsort(-np.abs(found.mean), kind="stable")[:MOST_COLUMNS]]
