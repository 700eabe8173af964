"""Fixtures that tests of the lab share."""

import os

import pytest

from glassnet.lab.autograder import checking
from glassnet.lab.learning import illustration
from helpers import lab_forks


@pytest.fixture(scope="module")
def forked_answers():  # type: ignore[no-untyped-def]
    """Run the answers of a test module in forked processes, ten times faster than starting Python."""
    with pytest.MonkeyPatch.context() as patch:
        if hasattr(os, "fork"):
            patch.setattr(checking, "run", lab_forks.run)
            patch.setattr(illustration, "frames", lab_forks.frames)
        yield
