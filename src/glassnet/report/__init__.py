"""Output of runs: tables in the terminal, charts, and report pages."""
