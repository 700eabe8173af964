"""The lines of code shown in CONTRIBUTING are in the files that it names."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_lines_of_a_training_option_are_in_the_named_files() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split("## How to add a training option")[1].split("\n## ")[0]
    place, checked = "", 0
    for named, lines in re.findall(r"`(src/[\w/]+\.py)`|```python\n(.*?)```", section, flags=re.DOTALL):
        place = named or place
        if lines:
            assert lines in (ROOT / place).read_text(encoding="utf-8"), place
            checked += 1
    assert checked == 6
    for path in re.findall(r"`((?:src|tests)/[\w/]+\.py)`", section):
        assert (ROOT / path).is_file(), path
