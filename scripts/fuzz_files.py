"""Valid files of every kind for `fuzz.py`, and the commands that read them."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from fuzz_damage import (
    damaged,
    damaged_archive,
    damaged_bzip2,
    damaged_gzip,
    damaged_json,
    damaged_lines,
    damaged_tensors,
    damaged_xz,
    damaged_zstd,
    zstd,
)

Case = tuple[str, str, list[str], Callable[[bytes, random.Random], bytes]]
"""The kind, the file to damage, the command, and how it is damaged."""

PACKED = {"gz": damaged_gzip, "bz2": damaged_bzip2, "xz": damaged_xz, "zst": damaged_zstd, "zip": damaged_archive}
"""How a compressed text is damaged, by its ending."""

IMAGES = ("png", "jpg", "gif", "tiff", "bmp", "webp")

SHORT = ["--epochs", "2", "--quiet", "--no-report", "--hidden", "5"]
TRAIN = ["--out", "out", "--overwrite", *SHORT]
TUNE = ["tune", "t/recipe.toml", "--trials", "2", "--jobs", "1", "--ensemble-size", "1", "--quiet", "--out", "tuned"]


def make_files(folder: Path) -> list[Case]:
    """Write a small valid file of every kind into a folder, go there, and return the cases."""
    os.chdir(folder)
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 4)).astype(np.float32), np.arange(30) % 3
    write_tables(X[:, 0], y)
    write_arrays(X, y, rng)
    write_images(rng)
    write_runs()
    return [*cases_of_runs(), *cases_of_arrays(), *cases_of_tables(), *cases_of_images()]


def write_tables(a: np.ndarray, y: np.ndarray) -> None:
    """Write a table in every format. a: (n,), a column of numbers. y: (n,), one of 0 to 2."""
    import pyarrow as pa
    from openpyxl import Workbook
    from pyarrow import feather, parquet

    lines = ["a,b,c,kind"] + [f"{value:.3f},{'xyz'[i % 3]},{i % 5},{'pqr'[i % 3]}" for i, value in enumerate(a)]
    Path("t.csv").write_text("\n".join(lines) + "\n")
    Path("t.tsv").write_text("\n".join(lines).replace(",", "\t") + "\n")
    columns = {"a": a, "b": ["xyz"[i] for i in y], "c": y, "kind": ["pqr"[i] for i in y]}
    parquet.write_table(pa.table(columns), "t.parquet")
    feather.write_feather(pa.table(columns), "t.feather")
    rows = pa.table(columns).to_pylist()
    Path("t.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    content = Path("t.csv").read_bytes()
    for ending, pack in (("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress), ("zst", zstd)):
        Path(f"t.csv.{ending}").write_bytes(pack(content))
    with zipfile.ZipFile("t.csv.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("t.csv", content)
    book = Workbook()
    for cells in (columns, *(row.values() for row in rows)):
        book.active.append(list(cells))
    book.save("t.xlsx")


def write_arrays(X: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> None:
    """Write arrays as .npy, .npz, and IDX files. X: (n, features), y: (n,)."""
    np.save("X.npy", X)
    np.save("rows.npy", X)
    np.save("y.npy", y)
    np.savez("a.npz", X=X, y=y)
    np.savez_compressed("z.npz", X=X, y=np.array(["p", "q", "r"])[y])
    images = rng.integers(0, 255, (30, 6, 6), np.uint8)
    Path("i-images-idx3-ubyte").write_bytes(struct.pack(">IIII", 0x803, 30, 6, 6) + images.tobytes())
    Path("i-labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, 30) + y.astype(np.uint8).tobytes())


def write_images(rng: np.random.Generator) -> None:
    """Write a folder of images of two classes, and an image in every format."""
    from PIL import Image

    for name in ("dark", "light"):
        Path("photos", name).mkdir(parents=True)
        for i in range(6):
            pixels = rng.integers(0, 100, (12, 12, 3)) + (100 if name == "light" else 0)
            Image.fromarray(pixels.astype(np.uint8)).save(f"photos/{name}/{i}.png")
    picture = Image.fromarray(rng.integers(0, 255, (40, 30, 3), np.uint8).astype(np.uint8))
    for ending in IMAGES:
        picture.save(f"p.{ending}")


def write_runs() -> None:
    """Train on the files, and search once."""
    from glassnet.cli.main import run

    for name, words in {"iris": ["iris"], "t": ["t.csv", "--target", "kind"], "photos": ["photos"]}.items():
        assert run(["train", *words, *SHORT, "--out", name]) == 0
    portfolio = ["train", "t.csv", "--target", "kind", "--quality", "quick", "--time-limit", "0.001", "--quiet"]
    assert run([*portfolio, "--no-report", "--out", "portfolio"]) == 0
    assert run(TUNE) == 0


def cases_of_runs() -> list[Case]:
    """Return the cases that damage models, recipes, and other files of runs."""
    return [
        ("model", "iris/model.safetensors", ["predict", "iris/model.safetensors", "rows.npy"], damaged),
        ("model", "t/model.safetensors", ["predict", "t/model.safetensors", "t.csv"], damaged_tensors),
        ("model", "photos/model.safetensors", ["predict", "photos", "p.png"], damaged_tensors),
        ("model", "portfolio/model.safetensors", ["predict", "portfolio/model.safetensors", "t.csv"], damaged_tensors),
        ("model", "iris/model.safetensors", ["inspect", "iris/model.safetensors"], damaged_tensors),
        ("recipe", "iris/recipe.toml", ["RECIPE", "iris/recipe.toml"], damaged),
        ("recipe", "t/recipe.toml", ["RECIPE", "t/recipe.toml"], damaged),
        ("recipe", "portfolio/recipe.toml", ["RECIPE", "portfolio/recipe.toml"], damaged),
        ("metrics.json", "iris/metrics.json", ["report", "iris", "--out", "page.html"], damaged_json),
        ("metrics.json", "t/metrics.json", ["report", "t", "--out", "page.html"], damaged),
        ("history.csv", "iris/history.csv", ["report", "iris", "--out", "page.html"], damaged),
        ("activations", "iris/activations.safetensors", ["report", "iris", "--out", "page.html"], damaged_tensors),
        ("run folder", "t/model.safetensors", ["report", "t", "--out", "page.html"], damaged_tensors),
        ("study.log", "tuned/study.log", TUNE, damaged),
        ("study.log", "tuned/study.log", TUNE, damaged_lines),
    ]


def cases_of_arrays() -> list[Case]:
    """Return the cases that damage arrays."""
    return [
        ("IDX", "i-images-idx3-ubyte", ["train", "i-images-idx3-ubyte", *TRAIN], damaged),
        ("IDX", "i-labels-idx1-ubyte", ["train", "i-images-idx3-ubyte", *TRAIN], damaged),
        ("NPY", "X.npy", ["train", "X.npy", *TRAIN], damaged),
        ("NPY", "y.npy", ["train", "X.npy", *TRAIN], damaged),
        ("NPZ", "a.npz", ["train", "a.npz", *TRAIN], damaged),
        ("NPZ", "a.npz", ["train", "a.npz", *TRAIN], damaged_archive),
        ("NPZ", "z.npz", ["predict", "iris", "z.npz"], damaged_archive),
    ]


def cases_of_tables() -> list[Case]:
    """Return the cases that damage tables: their bytes, and the contents of formats with a structure."""
    train = ["--target", "kind", *TRAIN]
    cases: list[Case] = [
        (f"csv.{one}", f"t.csv.{one}", ["predict", "t", f"t.csv.{one}"], damage) for one, damage in PACKED.items()
    ]
    cases += [
        ("xlsx", "t.xlsx", ["predict", "t", "t.xlsx"], damaged_archive),
        ("xlsx", "t.xlsx", ["train", "t.xlsx", *train], damaged_archive),
        ("jsonl", "t.jsonl", ["train", "t.jsonl", *train], damaged_lines),
    ]
    for kind in ("csv", "tsv", "parquet", "feather", "jsonl", "xlsx", *(f"csv.{one}" for one in PACKED)):
        cases += [
            (kind, f"t.{kind}", words, damaged)
            for words in (["train", f"t.{kind}", *train], ["predict", "t", f"t.{kind}"])
        ]
    return cases


def cases_of_images() -> list[Case]:
    """Return the cases that damage images."""
    cases: list[Case] = [("image folder", "photos/dark/0.png", ["train", "photos", *TRAIN], damaged)]
    cases += [("image", f"p.{ending}", ["predict", "photos", f"p.{ending}"], damaged) for ending in IMAGES]
    return cases
