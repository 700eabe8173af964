"""The process in which an answer runs: it reports observations and does not judge them.

    python -P -m glassnet.lab.autograder.child FOLDER FILE FILENAME DESCRIPTOR LIMITS CASES LEVEL

It writes a line of JSON to the file descriptor before and after each test case, so that the parent process knows which
test did not return. If CASES is null, it draws the exercise's figure instead.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from glassnet.common.limits import limit
from glassnet.lab.autograder.supervision import supervise
from glassnet.lab.lesson import FOLDER

MAX_ERRORS = 3


def main(folder: str, path: str, filename: str, descriptor: str, limits: str, cases: str, level: str) -> None:
    """Run the file and report the observations of these test cases."""
    supervise(int(descriptor))
    own = os.getpid()
    with os.fdopen(int(descriptor), "w", encoding="utf-8") as channel:

        def send(**event: Any) -> None:
            if os.getpid() == own:  # a submission may have forked
                print(json.dumps(event), file=channel, flush=True)

        from glassnet.lab import given
        from glassnet.lab.autograder import hiding
        from glassnet.lab.autograder.answer_modules import misnamed, run_definitions, unimplemented
        from glassnet.lab.autograder.observations import Observation, run_case
        from glassnet.lab.autograder.sources import location
        from glassnet.lab.course import exercise_in
        from glassnet.lab.drawing.sources import json_drawer
        from glassnet.lab.exercise import Namespace

        exercise, wanted = exercise_in(folder).at_level(level), json.loads(cases)
        draw = json_drawer(exercise) if wanted is None else None
        given.BLOCKED.update(exercise.defines)
        given.available = hiding.hide_solutions()
        source = Path(path).read_text(encoding="utf-8")
        sys.path.append(str(Path(path).parent))  # the learner's other modules, after all installed ones
        limit(**json.loads(limits))
        send(stage="file")
        try:
            names, problems = run_definitions(source, filename, exercise.defines)
        except SyntaxError as error:
            where = location(source, error.lineno or 1)
            send(stage="syntax", where=where, message=error.msg, text=(error.text or "").strip())
            return
        problems = [*problems[:MAX_ERRORS], *misnamed(names, exercise.defines)]
        not_begun = unimplemented(source, exercise.defines)
        send(stage="ran", problems=problems, reused=reused(names, exercise.defines), unimplemented=not_begun)
        if not any(name in names for name in exercise.defines):
            send(stage="done")
            os._exit(0)
        if draw is not None:
            for event in drawing_events(draw, Namespace(names)):
                send(**event)
            os._exit(0)
        for i in wanted:
            send(stage="case", case=i)
            try:
                observation = run_case(exercise.cases[i], Namespace(names), filename, source)
                send(stage="observed", case=i, observation=observation.to_json())
            except Exception as error:  # a value that cannot be encoded
                message = f"returns a value that cannot be displayed ({type(error).__name__})"
                send(stage="observed", case=i, observation=Observation(error="Stopped", message=message).to_json())
        if exercise.diagnostics is not None:
            send(stage="diagnostics")
            try:
                lines = exercise.diagnostics(Namespace(names))
            except Exception:  # an answer that raises has no values to compare
                lines = []
            send(stage="measured", lines=lines)
        send(stage="done")
    os._exit(0)  # skip exit handlers of the submission


def drawing_events(draw: Callable[[Any], Iterator[Any]], answer: Any) -> Iterator[dict[str, Any]]:
    """Yield the events of drawing an exercise's figure. The lab's modules are hidden meanwhile."""
    try:
        for one in draw(answer):
            yield {"stage": "drawn", "figure": one}
    except BaseException as error:  # an answer may raise anything
        yield {"stage": "undrawn", "why": exception_line(error)}
    yield {"stage": "done"}


def exception_line(error: BaseException) -> str:
    """Return the type and the message of an exception, even if its __str__ raises."""
    try:
        return f"{type(error).__name__}: {error}".removesuffix(": ")
    except BaseException:
        return type(error).__name__


def reused(names: dict[str, Any], defines: tuple[str, ...]) -> list[str]:
    """Return which of the names are reference solutions, submitted as an answer."""
    of_code = {name: getattr(getattr(names.get(name), "__code__", None), "co_filename", "") for name in defines}
    return [name for name, file in of_code.items() if file.startswith(str(FOLDER))]


if __name__ == "__main__":
    main(*sys.argv[1:])
