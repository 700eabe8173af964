"""Recommendations that a report gives do not contradict its other statements."""

import numpy as np
import pytest

from glassnet.data.dataset import Dataset
from glassnet.diagnostics.run_rules import UNCALIBRATED
from glassnet.report.diagnosis import findings_of
from glassnet.report.evaluation import Evaluation
from helpers.reports import run_on


@pytest.mark.parametrize("epochs", [3, 60])
@pytest.mark.parametrize("seed", range(4))
def test_probabilities_are_distrusted_only_if_they_are_miscalibrated(seed: int, epochs: int) -> None:
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, 600)
    run = run_on(Dataset(rng.standard_normal((600, 6)) + 0.5 * y[:, None], y, ("no", "yes")), epochs=epochs)
    evaluation = Evaluation(run)
    advice = " ".join(map(str, findings_of(evaluation)))
    is_off = evaluation.miscalibration is not None and evaluation.calibration.error > UNCALIBRATED
    assert ("rely on the probabilities" in advice) == is_off
    assert ("No significant miscalibration" in evaluation.confidence_summary) == (evaluation.miscalibration is None)
