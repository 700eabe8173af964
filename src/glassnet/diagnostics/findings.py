"""A finding: an observation about data or a run that a rule made, and the action that it calls for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from glassnet.common import checks

Severity = Literal["info", "warning", "error"]
SEVERITIES = get_args(Severity)


@dataclass(frozen=True)
class Finding:
    """An observation about data or a run, by a rule.

    Attributes
    ----------
    rule : str
        Name of the rule, such as "leak".
    severity : {"info", "warning", "error"}
        How much it matters.
    subject : str
        The subject: a column, such as "registered", or several, separated by commas.
    message : str
        The observation, one or two sentences.
    advice : str
        The action it calls for.
    numbers : dict of str to float
        The numbers behind the observation, by name.

    Examples
    --------
    >>> found = Finding("identifier", "warning", "id", "id has another value in every row.", "Leave it out: --drop id.")
    >>> print(found)
    id has another value in every row. Leave it out: --drop id.
    """

    rule: str
    severity: Severity
    subject: str
    message: str
    advice: str
    numbers: Mapping[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.message} {self.advice}"

    @property
    def page(self) -> str:
        """The rule's place in the documentation."""
        return f"guide/doctor.html#{self.rule.replace(' ', '-')}"

    def to_spec(self) -> dict[str, Any]:
        """Return the finding as in metrics.json."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "subject": self.subject,
            "message": self.message,
            "advice": self.advice,
            "numbers": dict(self.numbers),
        }


def finding_from_spec(spec: object) -> Finding:
    """Return a finding as `Finding.to_spec` returns it; raise ValueError if it is none."""
    if not isinstance(spec, dict) or not isinstance(spec.get("numbers"), dict):
        raise ValueError("a finding is not a table with numbers")
    texts = ("rule", "severity", "subject", "message", "advice")
    if set(spec) != {*texts, "numbers"} or not all(isinstance(spec[name], str) for name in texts):
        raise ValueError(f"a finding must have the texts {', '.join(texts)}")
    if spec["severity"] not in SEVERITIES:
        raise ValueError(f"severity of a finding must be one of {', '.join(SEVERITIES)}")
    for name, value in spec["numbers"].items():
        checks.number(f"{name} of a finding", value)
    return Finding(**spec | {"rule": spec["rule"].replace("-", " ")})  # as older files have it


def by_severity(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings with the most severe first; those of one severity stay in order."""
    return sorted(findings, key=lambda one: -SEVERITIES.index(one.severity))
