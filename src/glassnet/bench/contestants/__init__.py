"""Who takes part in the benchmark: a file each, the same work, every one at its best honest setting."""
