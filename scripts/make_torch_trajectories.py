"""Walk with every PyTorch optimizer and store where it goes, so that the tests know it where there is no PyTorch.

    python scripts/make_torch_trajectories.py

The walk and the table of optimizers are those of tests/helpers/trajectories.py; run this again when either changes.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from helpers.trajectories import STORED, torch_trajectories


def main() -> None:
    walks = torch_trajectories()
    STORED.parent.mkdir(exist_ok=True)
    np.savez_compressed(STORED, **walks)
    print(f"{STORED.name}: {len(walks)} walks, {STORED.stat().st_size} bytes")


if __name__ == "__main__":
    main()
