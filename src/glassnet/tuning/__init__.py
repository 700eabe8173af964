"""Search: which settings of a recipe suit some data best, tried on one machine or on many."""
