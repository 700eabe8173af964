"""The charts of a search: optimization history, parameter importance, and parallel coordinates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.common.arrays import Array
from glassnet.common.specs import format_spec
from glassnet.report.charts import Chart, LegendEntry
from glassnet.report.svg import COLORS, figure, inline, label_width, number_ticks, tick, truncated
from glassnet.tuning.plan import SearchPlan
from glassnet.tuning.results import is_baseline
from glassnet.tuning.space import Choice, Range
from glassnet.tuning.study import RESULT, finished, ranked, settings_of

if TYPE_CHECKING:
    from optuna.study import Study

FEWEST = 8
"""Minimum number of complete trials for importances."""

BEST_SHARE = 0.1
"""The share of complete trials that is drawn in color as the best."""

MOST_LINES = 300


def history(study: Study, plan: SearchPlan) -> Chart:
    """Return the result of every trial in the order of completion, and the best value so far."""
    ended = sorted(finished(study), key=lambda trial: (trial.datetime_complete, trial.number))
    complete = [i for i, trial in enumerate(ended) if RESULT in trial.user_attrs]
    results = np.array([ended[i].user_attrs[RESULT] for i in complete])
    best = np.maximum.accumulate(results) if plan.classes else np.minimum.accumulate(results)
    fig, axes = figure(240, left=52)
    axes.plot(np.add(complete, 1), results, "o", color=COLORS["muted"], markersize=3.6, alpha=0.7, markeredgewidth=0)
    axes.step([*np.add(complete, 1), len(ended)], [*best, best[-1]], where="post", color=COLORS["accent"])
    # The axis leaves out the worst tenth, which would squeeze all others together.
    worst = np.quantile(results, 0.1 if plan.classes else 0.9)
    room = max(abs(worst - best[-1]) * 0.12, 1e-9 + 0.002 * abs(best[-1]))
    ends = (worst - room, best[-1] + room) if plan.classes else (best[-1] - room, worst + room)
    axes.set_ylim(*ends)
    pruned = [i + 1 for i, trial in enumerate(ended) if RESULT not in trial.user_attrs]
    axes.plot(
        pruned,
        [0.02] * len(pruned),
        "|",
        color=COLORS["wrong"],
        markersize=6,
        transform=axes.get_xaxis_transform(),
        clip_on=False,
    )
    number_ticks(axes.xaxis, axes.yaxis)
    if plan.classes:
        axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.4g}%")
    axes.set_xlabel("trial")
    legend = (
        LegendEntry("line accent", "best so far"),
        LegendEntry("dot muted", "trial"),
        LegendEntry("mark wrong", "pruned"),
    )
    outside = int(np.sum(results < ends[0]) if plan.classes else np.sum(results > ends[1]))
    note = f"{outside} trial{'s' * (outside > 1)} outside the axis range." if outside else ""
    alt = f"{plan.measured} of {len(results)} trials; the best is {best[-1]:.4g}"
    return Chart(inline(fig, alt), "Optimization history", legend, note)


def importance(study: Study, plan: SearchPlan) -> Chart | None:
    """Return the parameter importances; None if there are too few trials."""
    found = importances(study, plan)
    if not found:
        return None
    names = list(found)[::-1]
    labels = [_label(name) for name in names]
    fig, axes = figure(17 * len(names) + 50, left=min(170, label_width(labels)))
    axes.grid(axis="x")
    axes.grid(visible=False, axis="y")
    axes.barh(range(len(names)), [found[name] for name in names], height=0.62, color=COLORS["accent"], alpha=0.6)
    axes.set_yticks(range(len(names)), labels=labels, color=COLORS["ink"])
    axes.set_ylim(-0.6, len(names) - 0.4)
    axes.spines["left"].set_visible(False)
    number_ticks(axes.xaxis)
    axes.xaxis.set_major_formatter(lambda share, _: f"{100 * share:g}%")
    axes.set_xlabel("share of the variance")
    listed = ", ".join(f"{name} {share:.0%}" for name, share in found.items())
    note = f"Share of the variance in {plan.measured} between complete trials (fANOVA)."
    return Chart(inline(fig, f"parameter importance: {listed}"), "Parameter importance", note=note)


def importances(study: Study, plan: SearchPlan) -> dict[str, float]:
    """Return the share of each setting in the variance between complete trials, largest first.

    Source: Hutter, Hoos & Leyton-Brown, "An efficient approach for assessing hyperparameter importance", ICML 2014.
    """
    import optuna

    trials = [trial for trial in ranked(study) if not is_baseline(trial) and np.isfinite(trial.values[0])]
    # A layer that only few trials have cannot explain the differences between the others.
    present = Counter(name for trial in trials for name in settings_of(trial, plan))
    common = [name for name, count in present.items() if count > len(trials) / 2]
    alike = [trial for trial in trials if set(common) <= set(trial.params)]
    if len(alike) < FEWEST or len({trial.value for trial in alike}) < 2:
        return {}
    own = optuna.create_study(direction="minimize")
    own.add_trials(alike)
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=0)
    found = optuna.importance.get_param_importances(own, evaluator=evaluator, params=common)
    return {name: float(share) for name, share in sorted(found.items(), key=lambda pair: -pair[1])}


def parallel(study: Study, plan: SearchPlan) -> Chart | None:
    """Return the parallel coordinates of the complete trials, one axis per setting; the best trials in color."""
    trials = [trial for trial in ranked(study) if not is_baseline(trial)][:MOST_LINES]
    if len(trials) < 2:
        return None
    settings = [settings_of(trial, plan) for trial in trials]
    counted = Counter(name for one in settings for name in one)
    ways = {name: way for name in counted if (way := _way(plan, name)) is not None and not _is_fixed(way)}
    order = list(plan.space)
    names = [name for name in ways if counted[name] > 1]
    names.sort(key=lambda name: (order.index("units" if name.startswith("units") else name), name))
    if not names:
        return None
    few = max(1, round(BEST_SHARE * len(trials)))
    labels = [_label(name) for name in names]
    fig, axes = figure(44 * len(names) + 20, left=min(130, label_width(labels)), right=24, top=10, bottom=18)
    for place in range(len(trials) - 1, -1, -1):
        own = settings[place]
        points = [(_position(ways[name], own[name]), row) for row, name in enumerate(names) if name in own]
        x, y = zip(*points, strict=True)
        is_best = place < few
        axes.plot(
            x,
            y,
            color=COLORS["accent" if is_best else "muted"],
            linewidth=1.4 if is_best else 0.7,
            alpha=0.85 if is_best else 0.28,
        )
    for row, name in enumerate(names):
        axes.plot((0, 1), (row, row), color=COLORS["rule"], linewidth=1, zorder=0)
        for at, label in _ticks(ways[name]):
            axes.plot((at, at), (row - 0.06, row + 0.06), color=COLORS["muted"], linewidth=0.8)
            axes.text(at, row + 0.14, label, ha="center", va="top", fontsize=8.5, color=COLORS["muted"])
    axes.set_yticks(range(len(names)), labels=labels, color=COLORS["ink"])
    axes.set(xlim=(-0.02, 1.02), ylim=(len(names) - 0.55, -0.25), xticks=[])
    axes.grid(visible=False)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    best = "best trial" if few == 1 else f"best {few} trials"
    legend = (LegendEntry("line accent", best), LegendEntry("line muted", f"other {len(trials) - few} trials"))
    alt = f"settings of {len(trials)} trials as lines from {names[0]} to {names[-1]}"
    note = "Each line is a trial. Settings where the colored lines converge matter most."
    if any(is_baseline(trial) for trial in ranked(study)):
        note += " The unchanged recipe has no line."
    return Chart(inline(fig, alt), "Parallel coordinates", legend, note)


def _way(plan: SearchPlan, name: str) -> Range | Choice | None:
    return plan.space.get("units" if name.startswith("units") else name)


def _is_fixed(way: Range | Choice) -> bool:
    return len(way.options) < 2 if isinstance(way, Choice) else way.low == way.high


def _position(way: Range | Choice, value: Any) -> float:
    """Return the position of a value on its axis, from 0 to 1."""
    if isinstance(way, Choice):
        labels = [format_spec(option) for option in way.options]
        return labels.index(format_spec(value)) / (len(labels) - 1)
    low, high, at = _scaled(way, np.array([way.low, way.high, value]))
    return float((at - low) / (high - low))


def _scaled(way: Range, values: Array) -> Array:
    return np.log(values) if way.log else values


def _ticks(way: Range | Choice) -> Sequence[tuple[float, str]]:
    """Return the tick positions and labels of an axis."""
    if isinstance(way, Choice):
        return [
            (_position(way, option), truncated(format_spec(option).partition("(")[0], 12)) for option in way.options
        ]
    if way.whole and way.high - way.low < 6:
        values = np.arange(way.low, way.high + 1)
    elif way.log:
        values = np.geomspace(way.low, way.high, 4)
    else:
        values = np.linspace(way.low, way.high, 4)
    rounded = [round(value) if way.whole or value >= 1000 else float(f"{value:.2g}") for value in values]
    return [(_position(way, float(value)), tick(shown)) for value, shown in zip(values, rounded, strict=True)]


def _label(name: str) -> str:
    """Return the label of a setting.

    >>> _label("units2"), _label("learning_rate")
    ('units, layer 2', 'learning rate')
    """
    if name.startswith("units"):
        return f"units, layer {name.removeprefix('units')}"
    return name.replace("_", " ")
