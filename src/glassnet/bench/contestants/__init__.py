"""The contestants of the benchmark, one file each: the same task, each with its fastest fair setting."""
