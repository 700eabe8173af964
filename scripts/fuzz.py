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
import contextlib
import io
import json
import os
import random
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

from fuzz_damage import damaged
from fuzz_files import Case, make_files

SECONDS, WALL_SECONDS, MEGABYTES = 20, 300, 1000
"""Limits of a case: processor time, and time until the process is ended from outside; growth of memory."""


class HangError(BaseException):
    """A case has used its processor time."""


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
