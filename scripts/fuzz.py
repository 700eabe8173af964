"""Read damaged files of every kind, and count escapes: anything but a result, or an error of one line.

    python scripts/fuzz.py                              # 2000 files
    python scripts/fuzz.py --cases 20000 --seed 1 --keep escapes
    python scripts/fuzz.py --cases 1000 --only study.log

Every case damages one valid file and gives it to a command. An escape is an exception, a crash of the process, another
exit status than 0, 1, and 2, a message of several lines, of more than 2000 characters, or with control characters, a
warning of a library, more than 20 seconds of processor time, or 1 GB of memory.
"""

from __future__ import annotations

import argparse
import bz2
import contextlib
import gzip
import io
import json
import lzma
import os
import random
import re
import resource
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

SECONDS, WALL_SECONDS, MEGABYTES = 20, 300, 1000
"""Limits of a case: processor time, and time until the process is ended from outside; growth of memory."""

TOKENS = [
    *(
        b"-1",
        b"1e309",
        b"9" * 400,
        b"NaN",
        b"null",
        b"[]",
        b"{}",
        b'"',
        b"\x00",
        b"\xff\xfe",
        b"\x1b[31m",
        b"\r\n",
        b",",
    ),
    *(
        b"'",
        b"1,234",
        b"[" * 2000,
        b"a." * 2000,
        b"\xed\xa0\x80",
        b"\xe2\x80\xae",
        b"=1+1",
        b"0" * 30,
        b"true",
        b"../x",
    ),
]
VALUES = [
    *(None, True, -1, 0, 1, 2**63, 10**400, 1.5, -1e300, "", "relu", "x" * 5000, "\x1b[2J", "\ud800", [], {}, [[]]),
    *([1] * 50, {"name": "x"}),
]
NUMBERS = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 2**63 - 1, 2**64 - 1]


class HangError(BaseException):
    """A case has used its processor time."""


# Damage


def damaged(content: bytes, rng: random.Random) -> bytes:
    """Return a file with one to four random changes."""
    data = bytearray(content)
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        at = rng.randrange(len(data) + 1)
        size = min(len(data) - at, rng.choice([1, 1, 2, 4, 8, 30, 200]))
        change = rng.randrange(8)
        if change == 0 and data:
            data[min(at, len(data) - 1)] ^= 1 << rng.randrange(8)
        elif change == 1:
            del data[at : at + size]
        elif change == 2:
            data[at:at] = data[at : at + size] * rng.choice([1, 2, 50])
        elif change == 3:
            data[at:at] = rng.choice(TOKENS)
        elif change == 4:
            data[at : at + size] = rng.randbytes(size)
        elif change == 5:
            del data[at:]
        elif change == 6:
            form = rng.choice(["<B", "<H", "<I", "<Q", ">H", ">I"])
            number = rng.choice(NUMBERS) % 256 ** struct.calcsize(form)
            data[at : at + struct.calcsize(form)] = struct.pack(form, number)
        elif numbers := list(re.finditer(rb"-?\d+(\.\d+)?", data)):
            one = rng.choice(numbers)
            data[one.start() : one.end()] = rng.choice(TOKENS)
    return bytes(data)


def damaged_json(content: bytes, rng: random.Random) -> bytes:
    """Return a JSON text in which one value is another, or a key has gone."""
    root = [json.loads(content)]
    where, key = root, 0
    while rng.random() < 0.8 and isinstance(where[key], (dict, list)) and where[key]:
        where = where[key]
        key = rng.choice(list(where) if isinstance(where, dict) else range(len(where)))
    if where is not root and rng.random() < 0.2:
        del where[key]
    else:
        where[key] = rng.choice(VALUES)
    return json.dumps(root[0]).encode()


def damaged_tensors(content: bytes, rng: random.Random) -> bytes:
    """Return a .safetensors file whose header is valid, and says something else."""
    size = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + size])
    metadata = header["__metadata__"]
    key = rng.choice(list(metadata))
    if rng.random() < 0.8:
        metadata[key] = damaged_json(metadata[key].encode(), rng).decode() if metadata[key][:1] in "{[" else "x"
        text = json.dumps(header).encode()
    else:
        text = damaged_json(json.dumps(header).encode(), rng)
    return struct.pack("<Q", len(text)) + text + content[8 + size :]


def damaged_archive(content: bytes, rng: random.Random) -> bytes:
    """Return a .zip archive, such as .npz and .xlsx, with one damaged member, packed correctly."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as other:
        names = archive.namelist()
        chosen = rng.choice(names)
        for name in names:
            member = archive.read(name)
            other.writestr(name, damaged(member, rng) if name == chosen else member)
    return out.getvalue()


def damaged_gzip(content: bytes, rng: random.Random) -> bytes:
    """Return a gzip file with damaged content, packed correctly."""
    return gzip.compress(damaged(gzip.decompress(content), rng))


def damaged_bzip2(content: bytes, rng: random.Random) -> bytes:
    """Return a bzip2 file with damaged content, packed correctly."""
    return bz2.compress(damaged(bz2.decompress(content), rng))


def damaged_xz(content: bytes, rng: random.Random) -> bytes:
    """Return an xz file with damaged content, packed correctly."""
    return lzma.compress(damaged(lzma.decompress(content), rng))


def damaged_zstd(content: bytes, rng: random.Random) -> bytes:
    """Return a zstd file with damaged content, packed correctly."""
    import pyarrow as pa

    with pa.input_stream(io.BytesIO(content), compression="zstd") as packed:
        text = packed.read()
    return zstd(damaged(text, rng))


def zstd(content: bytes) -> bytes:
    """Return a zstd file with this content."""
    import pyarrow as pa

    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as file:
        file.write(content)
    return bytes(out.getvalue())


def damaged_lines(content: bytes, rng: random.Random) -> bytes:
    """Return a file of JSON lines in which one line has another value, has gone, or is repeated or moved."""
    lines = content.splitlines(keepends=True)
    at = rng.randrange(len(lines))
    change = rng.random()
    if change < 0.7:
        lines[at] = damaged_json(lines[at], rng) + b"\n"
    elif change < 0.85:
        lines.insert(rng.randrange(len(lines)), lines.pop(at))
    else:
        lines[at : at + 1] = [lines[at]] * rng.choice([0, 2])
    return b"".join(lines)


# Valid files, and the commands that read them

Case = tuple[str, str, list[str], Callable[[bytes, random.Random], bytes]]
"""The kind, the file to damage, the command, and how it is damaged."""


def make_files(folder: Path) -> list[Case]:
    """Write a small valid file of every kind and return the cases."""
    import numpy as np
    import pyarrow as pa
    from openpyxl import Workbook
    from PIL import Image
    from pyarrow import feather, parquet

    from glassnet.cli.main import run

    os.chdir(folder)
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 4)).astype(np.float32), np.arange(30) % 3
    lines = ["a,b,c,kind"] + [f"{a:.3f},{'xyz'[i % 3]},{i % 5},{'pqr'[i % 3]}" for i, a in enumerate(X[:, 0])]
    Path("t.csv").write_text("\n".join(lines) + "\n")
    Path("t.tsv").write_text("\n".join(lines).replace(",", "\t") + "\n")
    columns = {"a": X[:, 0], "b": ["xyz"[i % 3] for i in range(30)], "c": y, "kind": ["pqr"[i % 3] for i in y]}
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
    np.save("X.npy", X)
    np.save("y.npy", y)
    np.savez("a.npz", X=X, y=y)
    np.savez_compressed("z.npz", X=X, y=np.array(["p", "q", "r"])[y])
    images = rng.integers(0, 255, (30, 6, 6), np.uint8)
    Path("i-images-idx3-ubyte").write_bytes(struct.pack(">IIII", 0x803, 30, 6, 6) + images.tobytes())
    Path("i-labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, 30) + y.astype(np.uint8).tobytes())
    for name in ("dark", "light"):
        Path("photos", name).mkdir(parents=True)
        for i in range(6):
            pixels = rng.integers(0, 100, (12, 12, 3)) + (100 if name == "light" else 0)
            Image.fromarray(pixels.astype(np.uint8)).save(f"photos/{name}/{i}.png")
    picture = Image.fromarray(rng.integers(0, 255, (40, 30, 3), np.uint8).astype(np.uint8))
    for ending in ("png", "jpg", "gif", "tiff", "bmp", "webp"):
        picture.save(f"p.{ending}")
    short = ["--epochs", "2", "--quiet", "--no-report", "--hidden", "5"]
    for name, words in {"iris": ["iris"], "t": ["t.csv", "--target", "kind"], "photos": ["photos"]}.items():
        assert run(["train", *words, *short, "--out", name]) == 0
    portfolio = ["train", "t.csv", "--target", "kind", "--quality", "quick", "--time-limit", "0.001", "--quiet"]
    assert run([*portfolio, "--no-report", "--out", "portfolio"]) == 0
    np.save("rows.npy", X)
    tune = [
        "tune",
        "t/recipe.toml",
        "--trials",
        "2",
        "--jobs",
        "1",
        "--ensemble-size",
        "1",
        "--quiet",
        "--out",
        "tuned",
    ]
    assert run(tune) == 0
    train = ["--out", "out", "--overwrite", *short]
    table = ["--target", "kind", *train]
    cases: list[Case] = [
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
        ("image folder", "photos/dark/0.png", ["train", "photos", *train], damaged),
        ("IDX", "i-images-idx3-ubyte", ["train", "i-images-idx3-ubyte", *train], damaged),
        ("IDX", "i-labels-idx1-ubyte", ["train", "i-images-idx3-ubyte", *train], damaged),
        ("NPY", "X.npy", ["train", "X.npy", *train], damaged),
        ("NPY", "y.npy", ["train", "X.npy", *train], damaged),
        ("NPZ", "a.npz", ["train", "a.npz", *train], damaged),
        ("NPZ", "a.npz", ["train", "a.npz", *train], damaged_archive),
        ("NPZ", "z.npz", ["predict", "iris", "z.npz"], damaged_archive),
    ]
    packed = {"gz": damaged_gzip, "bz2": damaged_bzip2, "xz": damaged_xz, "zst": damaged_zstd, "zip": damaged_archive}
    cases += [
        (f"csv.{one}", f"t.csv.{one}", ["predict", "t", f"t.csv.{one}"], damage) for one, damage in packed.items()
    ]
    cases += [
        ("xlsx", "t.xlsx", ["predict", "t", "t.xlsx"], damaged_archive),
        ("xlsx", "t.xlsx", ["train", "t.xlsx", *table], damaged_archive),
        ("jsonl", "t.jsonl", ["train", "t.jsonl", *table], damaged_lines),
        ("study.log", "tuned/study.log", tune, damaged),
        ("study.log", "tuned/study.log", tune, damaged_lines),
    ]
    for kind in ("csv", "tsv", "parquet", "feather", "jsonl", "xlsx", *(f"csv.{one}" for one in packed)):
        cases += [
            (kind, f"t.{kind}", [*words], damaged)
            for words in (["train", f"t.{kind}", *table], ["predict", "t", f"t.{kind}"])
        ]
    cases += [("image", f"p.{ending}", ["predict", "photos", f"p.{ending}"], damaged)
              for ending in ("png", "jpg", "gif", "tiff", "bmp", "webp")]  # fmt: skip
    return cases


# One case


def outcome(words: list[str]) -> tuple[int, str]:
    """Run a command and return its exit status, and what escaped, "" for nothing."""
    from glassnet.cli.main import run
    from glassnet.cli.messages import LONGEST
    from glassnet.recipes.recipe import read_recipe

    err, seen = io.StringIO(), []
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(err), warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, category, *where: seen.append((category, str(message), where[:2]))
        try:
            if words[0] == "RECIPE":  # a valid one may ask for a training that takes hours
                try:
                    read_recipe(words[1])
                    return 0, ""
                except (ValueError, OSError):
                    return 2, ""
            status = run(words)
        except HangError:
            return -1, f"more than {SECONDS} s"
        except BaseException as error:
            frame = error.__traceback__
            while frame is not None and frame.tb_next is not None:
                frame = frame.tb_next
            where = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else ""
            return -1, f"{type(error).__name__} at {where}: {error}"
    lines = err.getvalue().splitlines()
    for category, message, where in seen:
        if issubclass(category, (RuntimeWarning, ResourceWarning, DeprecationWarning, SyntaxWarning)):
            return status, f"{category.__name__} at {Path(where[0]).name}:{where[1]}: {message}"
    if status not in (0, 1, 2):
        return status, f"exit status {status}"
    if status and (not lines or not all(line.startswith("glassnet: ") for line in lines[-1:])):
        return status, f"no message of one line: {lines[-1:]}"
    if any(len(line) > LONGEST + 20 or not line.isprintable() for line in lines):
        return status, "a message that is long, or not printable"
    return status, ""


def damage_of(cases: list[Case], seed: int, number: int, originals: dict[str, bytes]) -> tuple[Case, bytes]:
    """Return what a case damages, and the damaged content: always the same for a seed and a number."""
    rng = random.Random(f"{seed}-{number}")
    case = rng.choice(cases)
    content = originals[case[1]]
    try:
        return case, case[3](content, rng)
    except (ValueError, KeyError, TypeError, UnicodeError):
        return case, damaged(content, rng)


def work(seed: int, first: int, last: int, keep: Path | None, only: str | None) -> None:
    """Run cases in this process and print a line of JSON before and after each."""

    def stop(*_: object) -> None:
        raise HangError

    signal.signal(signal.SIGPROF, stop)
    report = os.fdopen(os.dup(1), "w")
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        cases = make_files(Path(folder))
        originals = {case[1]: Path(case[1]).read_bytes() for case in cases}
        for case in cases if first == 0 else ():
            assert outcome(case[2]) == (0, ""), f"the undamaged {case[1]} is refused: {case[2]}, {outcome(case[2])}"
        cases = [case for case in cases if only is None or case[0] == only]
        for number in range(first, last):
            case, content = damage_of(cases, seed, number, originals)
            print(json.dumps({"begins": number, "kind": case[0]}), file=report, flush=True)
            Path(case[1]).write_bytes(content)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            status, escape = outcome(case[2])
            signal.setitimer(signal.ITIMER_PROF, 0)
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
            if not escape and grown > MEGABYTES:
                escape = f"{grown:.0f} MB more memory"
            if escape and keep is not None:
                (keep / f"{seed}-{number}-{Path(case[1]).name}").write_bytes(content)
            done = {"number": number, "kind": case[0], "status": status, "escape": escape, "command": " ".join(case[2])}
            print(json.dumps(done), file=report, flush=True)
            Path(case[1]).write_bytes(originals[case[1]])
            shutil.rmtree("out", ignore_errors=True)


# All cases


def watched(seed: int, first: int, last: int, keep: Path | None, only: str | None) -> list[dict[str, object]]:
    """Run cases in a process of their own, and in another one after a crash; return their outcomes."""
    done: list[dict[str, object]] = []
    while first < last:
        command = [sys.executable, __file__, "--seed", str(seed), "--range", str(first), str(last)]
        command += ["--keep", str(keep)] if keep else []
        command += ["--only", only] if only else []
        began: dict[str, object] | None = None
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            while select.select([process.stdout], [], [], WALL_SECONDS)[0]:
                if not (line := process.stdout.readline()):
                    break
                found = json.loads(line)
                if "begins" in found:
                    began = found
                else:
                    began = None
                    done.append(found)
                    first = found["number"] + 1
            process.kill()
            complaint = process.stderr.read().strip().splitlines()[-1:]
        if began is None:
            if first < last:
                raise SystemExit(f"fuzz: the process ended before case {first}: {complaint}")
            break
        escape = f"crash or hang, exit status {process.returncode}: {complaint}"
        done.append({"number": began["begins"], "kind": began["kind"], "status": -1, "escape": escape, "command": ""})
        first = int(str(began["begins"])) + 1
    return done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="folder for the files that escaped")
    parser.add_argument("--only", help="one kind of file, such as study.log")
    parser.add_argument("--range", type=int, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
        given.keep = given.keep.resolve()
    if given.range:
        work(given.seed, *given.range, given.keep, given.only)
        return
    began = time.monotonic()
    done = watched(given.seed, 0, given.cases, given.keep, given.only)
    escapes = [one for one in done if one["escape"]]
    for one in escapes:
        print(f"case {one['number']}, {one['kind']}: {one['escape']}  [{one['command']}]")
    kinds = Counter(str(one["kind"]) for one in done)
    read = sum(one["status"] == 0 for one in done)
    print(
        f"fuzz: seed {given.seed}, {len(done)} cases of {len(kinds)} kinds: {read} read, {len(done) - read} refused, "
        f"{len(escapes)} escapes ({time.monotonic() - began:.0f} s)"
    )
    raise SystemExit(1 if escapes else 0)


if __name__ == "__main__":
    main()
