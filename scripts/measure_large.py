"""Learn from a file larger than the memory allowed: python scripts/measure_large.py idx|npy|parquet --gigabytes 5

Makes such a file in a temporary folder, of noise in which one column in seven tells the class, and trains on it for an
epoch by command line, in a process that may hold no more than `--megabytes` itself (RLIMIT_DATA; pages of mapped files
are the system's). The report is written too. Only Linux limits that.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

BLOCK = 50_000
PIXELS, COLUMNS = 784, 200

LIMITED = """
import resource, sys
import pyarrow.parquet
from glassnet.cli.main import run
limit = int(sys.argv[1]) << 20
resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
sys.exit(run(sys.argv[2:]))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=MAKE)
    parser.add_argument("--gigabytes", type=float, default=5.0)
    parser.add_argument("--megabytes", type=int, default=600)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        start = time.perf_counter()
        path, arguments = MAKE[options.kind](Path(folder), options.gigabytes * 1e9)
        print(f"{path.name}: {path.stat().st_size / 1e9:.2f} GB, made in {time.perf_counter() - start:.0f} s")
        command = ["train", path.name, *arguments, "--epochs", "1", "--batch-size", "256", "--hidden", "32", "--json"]
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", LIMITED, str(options.megabytes), *command],
            capture_output=True,
            text=True,
            cwd=folder,
            check=False,
        )
        seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(done.stderr)
    metrics = json.loads(done.stdout)
    rows = sum(metrics[f"{part}_rows"] for part in ("train", "valid", "test"))
    print(
        f"glassnet {' '.join(command)}: {rows:,} rows, within {options.megabytes} MB, {seconds:.0f} s, "
        f"test accuracy {metrics['test_accuracy']:.4f}"
    )


def noise(rows: int, columns: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give blocks of bytes, (BLOCK, columns), and their classes, (BLOCK,), 0 or 1."""
    rng = np.random.default_rng(0)
    for _ in range(0, rows, BLOCK):
        X = rng.integers(0, 256, (BLOCK, columns), dtype=np.uint8)
        y = rng.integers(0, 2, BLOCK, dtype=np.uint8)
        X[:, ::7] = X[:, ::7] // 2 + 16 * y[:, None]
        yield X, y


def make_idx(folder: Path, size: float) -> tuple[Path, list[str]]:
    rows = int(size / PIXELS / BLOCK + 1) * BLOCK
    path = folder / "train-images-idx3-ubyte"
    with path.open("wb") as pixels, (folder / "train-labels-idx1-ubyte").open("wb") as labels:
        pixels.write(bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4, "big") for n in (rows, 28, 28)))
        labels.write(bytes([0, 0, 8, 1]) + rows.to_bytes(4, "big"))
        for X, y in noise(rows, PIXELS):
            pixels.write(X.tobytes())
            labels.write(y.tobytes())
    return path, []


def make_npy(folder: Path, size: float) -> tuple[Path, list[str]]:
    rows = int(size / 4 / COLUMNS / BLOCK + 1) * BLOCK
    whole = np.lib.format.open_memmap(folder / "X.npy", "w+", np.float32, (rows, COLUMNS))
    classes = []
    for i, (X, y) in enumerate(noise(rows, COLUMNS)):
        whole[i * BLOCK : (i + 1) * BLOCK] = X
        classes.append(y)
    whole.flush()
    np.save(folder / "y.npy", np.concatenate(classes))
    return folder / "X.npy", []


def make_parquet(folder: Path, size: float) -> tuple[Path, list[str]]:
    rows = int(size / 4 / COLUMNS / BLOCK + 1) * BLOCK
    schema = pa.schema([*((f"x{i}", pa.float32()) for i in range(COLUMNS)), ("kind", pa.string())])
    path = folder / "large.parquet"
    with parquet.ParquetWriter(path, schema, compression="none", use_dictionary=["kind"]) as file:
        for X, y in noise(rows, COLUMNS):
            kinds = np.array(["even", "odd"])[y]
            file.write_table(pa.table([*X.T.astype(np.float32), kinds], schema=schema))
    return path, ["--target", "kind"]


MAKE = {"idx": make_idx, "npy": make_npy, "parquet": make_parquet}


if __name__ == "__main__":
    main()
