"""The compiled engine: the program, the plan it follows, the pieces it calls, and where they are kept."""
