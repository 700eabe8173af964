"""Engines run optimizer steps: one interface, a readable NumPy engine, and a fast compiled one."""
