"""A whole run in words: what to train on what and how, written down so that it can be repeated."""
