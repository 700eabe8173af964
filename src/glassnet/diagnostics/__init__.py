"""Diagnostics: rules that look at data before or after training, and the findings that they make."""

from glassnet.diagnostics.data_rules import diagnose_data
from glassnet.diagnostics.findings import Finding, finding_from_spec

__all__ = ["Finding", "diagnose_data", "finding_from_spec"]
