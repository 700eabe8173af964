"""Measure the lab: python scripts/measure_lab.py

Prints the number of tests and known mistakes, the time of a check (of a correct answer, and of one with an unknown
mistake), the reaction time of watch mode, and the diagnoses of wrong answers whose authors did not know the catalog of
mistakes: correct, wrong, or unsure.
"""

import os
import select
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from glassnet.lab.autograder.checking import check
from glassnet.lab.course import course
from glassnet.lab.learning.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from helpers.lab_answers import blind_answers, correct_answers, diagnosis_of


def main() -> None:
    exercises = course()
    mistakes = sum(len(exercise.mistakes) for exercise in exercises)
    rights = sum(len(correct_answers(exercise)) for exercise in exercises)
    print(f"{len(exercises)} exercises, {sum(len(one.cases) for one in exercises)} cases")
    print(f"{mistakes} known mistakes, {rights} correct answers written in other ways")
    times = {}
    for exercise in exercises:
        source = exercise.lesson.file_text(solved=True)
        wrong = "\n".join(f"def {name}(*given, **options):\n    return 0.123" for name in exercise.defines)
        texts = (source, wrong)
        times[exercise.number] = [timed(lambda text=text, one=exercise: check(one, text, "a.py")) for text in texts]
    for i, kind in enumerate(("right", "wrong, unknown")):
        slowest = max(times, key=lambda number: times[number][i])
        values = sorted(pair[i] for pair in times.values())
        middle, most = values[len(values) // 2], times[slowest][i]
        print(f"a check, {kind}: median {middle:.2f} s, slowest {most:.2f} s (exercise {slowest})")
    if sys.platform != "win32":
        print(f"watch mode reacts to a save after {max(reactions()):.2f} s (the longest of five)")
    counts = Counter(diagnosis_of(answer) for answer in blind_answers())
    listed = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    print(f"{sum(counts.values())} wrong answers written from the lessons alone: {listed or 'none'}")


def timed(act) -> float:
    act()
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def reactions() -> list[float]:
    """Return how long it takes from a save to the first new character on the screen, five times."""
    import pty

    with tempfile.TemporaryDirectory() as folder:
        Workspace.create(path := Path(folder) / "lab")
        file = path / f"{course()[3].key}.py"
        main_end, other = pty.openpty()
        command = [sys.executable, "-c", "from glassnet.cli.main import main; main(['lab'])"]
        process = subprocess.Popen(command, stdin=other, stdout=other, stderr=other, cwd=path)
        found = []
        try:
            for i in range(5):
                quiet(main_end)
                time.sleep(0.023 * i)  # files are looked at every tenth of a second: save at different moments of it
                file.write_text(file.read_text(encoding="utf-8") + f"\n# {i}\n", encoding="utf-8")
                started = time.perf_counter()
                select.select([main_end], [], [], 10)
                found.append(time.perf_counter() - started)
        finally:
            process.kill()
            process.wait()
    return found


def quiet(end: int) -> None:
    """Read until nothing has come for a second."""
    while select.select([end], [], [], 1.0)[0]:
        os.read(end, 1 << 16)


if __name__ == "__main__":
    main()
