"""`python -m glassnet`: the program `glassnet`."""

from glassnet.cli.main import main

if __name__ == "__main__":
    main(prog="python -m glassnet")
