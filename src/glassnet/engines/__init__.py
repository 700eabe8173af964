"""How many steps are run: one contract, kept by an engine to be read and by engines to be fast."""
