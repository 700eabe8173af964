"""The command line: one file per command, with imports delayed until the command is called."""
