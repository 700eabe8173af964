"""Which finding explains which other: only the cause is reported."""

from __future__ import annotations

from collections.abc import Sequence

from glassnet.diagnostics.findings import Finding, by_severity

NOT_LEARNING = ("cannot fit one batch", "constant prediction", "baseline", "low recall", "underfitting")

EXPLAINS = {
    "scale of a column": (
        "first loss",
        "saturated units",
        "dead units",
        "learning rate",
        "rising loss",
        "exploding gradient",
        "duplicated units",
        "unchanged parameters",
        *NOT_LEARNING,
    ),
    "scale of the target": (
        "first loss",
        "learning rate",
        "rising loss",
        "exploding gradient",
        "vanishing gradient",
        "not finite",
        "dead units",
        *NOT_LEARNING,
    ),
    "outlier": ("first loss", "shuffled labels", "baseline", "overfitting"),
    "outlier in a column": ("first loss", "exploding gradient", "saturated units"),
    "code for missing values": ("first loss", "exploding gradient", "saturated units"),
    "equal units": ("duplicated units", "zero gradient", *NOT_LEARNING),
    "zero gradient": ("unchanged parameters", "constant loss", *NOT_LEARNING),
    "dead units": ("duplicated units", *NOT_LEARNING),
    "saturated units": ("vanishing gradient", "first loss", *NOT_LEARNING),
    "vanishing gradient": ("learning rate", *NOT_LEARNING),
    "exploding gradient": ("first loss", "learning rate", "saturated units", *NOT_LEARNING),
    "first loss": ("exploding gradient", "learning rate", *NOT_LEARNING),
    "wrong gradient": ("zero gradient", "learning rate", "rising loss", *NOT_LEARNING),
    "weight decay": ("flat loss", "zero gradient", *NOT_LEARNING),
    "rising loss": ("dead units", *NOT_LEARNING),
    "learning rate": ("dead units", "baseline", "constant prediction", "low recall", "underfitting"),
    "more columns than rows": ("shuffled labels", "baseline", "overfitting", "low recall", "miscalibrated"),
    "shuffled labels": ("baseline", "overfitting", "low recall", "miscalibrated"),
    "constant prediction": ("baseline", "low recall"),
    "too few steps": ("constant prediction", "baseline", "low recall"),
}
"""Rules whose finding follows from that of another rule, by that other rule."""


def causes(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings, most severe first, without repetitions and without those that follow from another one."""
    kept: dict[tuple[str, str], Finding] = {}
    for one in findings:
        kept.setdefault((one.rule, one.subject), one)
    explained: set[str] = set()
    for one in kept.values():  # a cause that is explained itself explains nothing
        if one.rule not in explained:
            explained.update(EXPLAINS.get(one.rule, ()))
    return by_severity(one for one in kept.values() if one.rule not in explained)
