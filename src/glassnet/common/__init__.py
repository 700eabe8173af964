"""Utilities of all packages: array types, input checks, specs of components, and safe writing of files."""
