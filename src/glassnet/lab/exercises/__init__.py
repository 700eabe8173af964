"""The exercises, a folder each: what learners read and write (lesson.py), and how it is checked (checks.py)."""
