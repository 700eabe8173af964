"""Data: data sets, tables, images, built-in sources, and preprocessing."""
