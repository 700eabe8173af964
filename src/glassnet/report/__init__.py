"""What people look at after a run: tables in the terminal, pictures, and the run folder."""
