"""A recipe executed: data prepared, networks trained and measured, run folders saved and loaded."""
