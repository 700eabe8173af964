"""Number of Hypothesis examples, set by the profile: `tests`, or `proof` for `make proof-fuzz`."""

from typing import Any

from hypothesis import HealthCheck, settings

# A slow example is not a failure: the machine may be busy.
QUIET: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
}

settings.register_profile("tests", **QUIET)
settings.register_profile("proof", max_examples=20_000, print_blob=True, **QUIET)
settings.load_profile("tests")


def example_count(usual: int) -> settings:
    """The settings of a test whose usual number of examples is not 100."""
    is_proof = settings.get_current_profile_name() == "proof"
    return settings() if is_proof else settings(max_examples=usual)
