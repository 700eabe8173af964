"""The result of a diagnosis: what was examined, and what was found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, overload

from glassnet.common import html
from glassnet.diagnostics.findings import Finding


@dataclass(frozen=True, repr=False)
class Diagnosis(Sequence[Finding]):
    """Findings, most severe first; true if there are any. Prints with what each means and what to do.

    Attributes
    ----------
    findings : tuple of Finding
        The findings.
    examined : tuple of str
        What was examined, such as "one batch of 16 rows: loss 2.31 → 0.002 in 200 steps".

    Examples
    --------
    >>> diagnosis = Diagnosis((Finding("dead units", "warning", "dense1", "All units are dead.", "Scale X."),), ("X",))
    >>> print(diagnosis)
    Examined: X
    <BLANKLINE>
    warning: All units are dead.
      Scale X.
    """

    findings: tuple[Finding, ...]
    examined: tuple[str, ...] = ()

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, index: int | slice) -> Finding | tuple[Finding, ...]:
        return self.findings[index]

    def __len__(self) -> int:
        return len(self.findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    @property
    def rules(self) -> list[str]:
        """The rules that found something, most severe first, each once."""
        return list(dict.fromkeys(one.rule for one in self.findings))

    def __str__(self) -> str:
        head = "Examined: " + "\n          ".join(self.examined) if self.examined else ""
        found = [f"{one.severity}: {one.message}\n  {one.advice}" for one in self.findings]
        return "\n\n".join(filter(None, [head, *(found or ["Nothing is wrong."])]))

    def __repr__(self) -> str:
        return f"<Diagnosis: {', '.join(self.rules) or 'nothing is wrong'}>"

    def _repr_html_(self) -> str:
        found = [[one.severity, one.subject, one.message, one.advice] for one in self]
        body = html.table(found, ["", "Where", "Finding", "Advice"], whole=[0]) if found else ""
        title = f"{len(found)} finding{'s' * (len(found) != 1)}" if found else "Nothing is wrong"
        return html.page(title, *map(html.paragraph, self.examined), body)

    def to_spec(self) -> dict[str, Any]:
        """Return the diagnosis as plain data, as `glassnet doctor --json` prints it."""
        return {"examined": list(self.examined), "findings": [one.to_spec() | {"page": one.page} for one in self]}
