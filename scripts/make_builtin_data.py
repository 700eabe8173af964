"""Make the files of src/glassnet/data/builtin from the sets that ship with scikit-learn.

    python scripts/make_builtin_data.py

The files hold plain arrays (no pickle), the same numbers as scikit-learn's rounded to float32: scikit-learn parses its
digits from text in about a second, these files load in milliseconds.
"""

from pathlib import Path

import numpy as np
from sklearn import datasets

FOLDER = Path(__file__).parents[1] / "src" / "glassnet" / "data" / "builtin"


def main() -> None:
    for name in ("digits", "iris", "wine", "breast_cancer", "diabetes"):
        loaded = getattr(datasets, f"load_{name}")()
        is_digits = name == "digits"
        arrays = {
            "X": loaded.data.astype(np.uint8 if is_digits else np.float32),
            "y": loaded.target.astype(np.float32 if name == "diabetes" else np.uint8),
            "feature_names": np.array(list(loaded.feature_names), dtype=np.str_),
        }
        if name != "diabetes":
            arrays["class_names"] = np.array([str(label) for label in loaded.target_names], dtype=np.str_)
        if is_digits:
            arrays["image_shape"] = np.array([8, 8])
        path = FOLDER / f"{name}.npz"
        np.savez_compressed(path, **arrays)
        print(f"{path.name}: {path.stat().st_size} bytes, X {arrays['X'].shape}")


if __name__ == "__main__":
    main()
