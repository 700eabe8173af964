"""The formulas: pure functions on arrays, forward above backward, without state and without input or output."""
