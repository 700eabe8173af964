"""The process in which a learner's file is run: it shows what is seen of the answer, and judges nothing.

    python -P -m glassnet.lab.judging.child FOLDER FILE SHOWN_AS DESCRIPTOR LIMITS CASES

It writes a line of JSON per case to the file descriptor, before and after each, so that the other side knows in which
case an answer that never comes back was.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from pathlib import Path
from typing import Any

from glassnet.lab.lesson import FOLDER

ERRORS_SHOWN = 3


def limit(limits: dict[str, int]) -> None:
    """Let the system refuse memory, time from now on and file sizes beyond these, where it can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    kinds = {"memory": resource.RLIMIT_AS, "seconds": resource.RLIMIT_CPU, "file": resource.RLIMIT_FSIZE}
    limits = limits | {"seconds": limits["seconds"] + math.ceil(time.process_time())}
    for name, most in limits.items():
        hard = resource.getrlimit(kinds[name])[1]  # a machine may allow less
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kinds[name], (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(folder: str, path: str, shown_as: str, descriptor: str, limits: str, cases: str) -> None:
    """Run the file and show what is seen in these cases."""
    own = os.getpid()
    with os.fdopen(int(descriptor), "w", encoding="utf-8") as channel:

        def tell(**words: Any) -> None:
            if os.getpid() == own:  # a submission may have forked
                print(json.dumps(words), file=channel, flush=True)

        from glassnet.lab import given
        from glassnet.lab.course import exercise_in
        from glassnet.lab.exercise import Names
        from glassnet.lab.judging.answer_modules import misnamed, run_definitions, unwritten
        from glassnet.lab.judging.observations import Seen, look
        from glassnet.lab.judging.sources import place

        exercise = exercise_in(folder)
        given.ASKED_FOR.update(exercise.defines)
        source = Path(path).read_text(encoding="utf-8")
        sys.path.append(str(Path(path).parent))  # what lies beside an answer, behind all that is installed
        limit(json.loads(limits))
        tell(stage="file")
        try:
            names, troubles = run_definitions(source, shown_as, exercise.defines)
        except SyntaxError as error:
            where = place(source, error.lineno or 1)
            tell(stage="syntax", where=where, message=error.msg, text=(error.text or "").strip())
            return
        troubles = [*troubles[:ERRORS_SHOWN], *misnamed(names, exercise.defines)]
        open_still = unwritten(source, exercise.defines)
        tell(stage="ran", troubles=troubles, borrowed=borrowed(names, exercise.defines), unwritten=open_still)
        if not any(name in names for name in exercise.defines):
            tell(stage="done")
            os._exit(0)
        for i in json.loads(cases):
            tell(stage="case", case=i)
            try:
                tell(stage="seen", case=i, seen=look(exercise.cases[i], Names(names), shown_as, source).words())
            except Exception as error:  # something that comes back and cannot be shown
                strange = Seen(error="Stopped", message=f"what comes back cannot be shown ({type(error).__name__})")
                tell(stage="seen", case=i, seen=strange.words())
        if exercise.evidence is not None:
            tell(stage="evidence")
            try:
                lines = exercise.evidence(Names(names))
            except Exception:  # there is nothing to measure in an answer that raises
                lines = []
            tell(stage="measured", lines=lines)
        tell(stage="done")
    os._exit(0)  # whatever a submission wants to do at exit


def borrowed(names: dict[str, Any], defines: tuple[str, ...]) -> list[str]:
    """Return which of the names are the lab's own answers, handed in as one's own."""
    of_code = {name: getattr(getattr(names.get(name), "__code__", None), "co_filename", "") for name in defines}
    return [name for name, file in of_code.items() if file.startswith(str(FOLDER))]


if __name__ == "__main__":
    main(*sys.argv[1:])
