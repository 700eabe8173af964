"""How many examples Hypothesis tries: those of its profile, `tests` or (for `make proof-fuzz`) `proof`."""

from typing import Any

from hypothesis import HealthCheck, settings

# How long an example takes is no failure: the machine may be busy.
QUIET: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
}

settings.register_profile("tests", **QUIET)
settings.register_profile("proof", max_examples=20_000, print_blob=True, **QUIET)
settings.load_profile("tests")


def example_count(usual: int) -> settings:
    """The settings of a test that usually tries another number of examples than 100."""
    is_proof = settings.get_current_profile_name() == "proof"
    return settings() if is_proof else settings(max_examples=usual)
