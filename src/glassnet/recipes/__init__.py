"""Recipes: complete descriptions of runs, stored as TOML files."""
