"""Every rule of the doctor has a section in the documentation, and every section is a rule."""

import ast
import re
from pathlib import Path

import glassnet as gn

ROOT = Path(__file__).parents[2]
DIAGNOSTICS = Path(gn.__file__).parent / "diagnostics"


def rules() -> set[str]:
    """The first argument of every `Finding(...)` in the package."""
    found = set()
    for path in DIAGNOSTICS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding" and node.args:
                name = node.args[0]
                assert isinstance(name, ast.Constant), f"{path.name}: the rule of a finding is a plain text"
                found.add(str(name.value))
    return found


def test_every_rule_has_a_section() -> None:
    page = (ROOT / "docs" / "guide" / "doctor.md").read_text(encoding="utf-8")
    sections = re.findall(r"^### (.+)$", page, flags=re.MULTILINE)
    assert len(sections) == len(set(sections))
    assert set(sections) == rules()


def test_a_finding_names_its_section() -> None:
    assert gn.diagnose(gn.Network(2, [gn.Dense(3, "relu"), gn.Dense(2, "softmax")], init="zeros"),
                       [[1.0, 2.0]] * 20, [0, 1] * 10)[0].page == "guide/doctor.html#equal-units"  # fmt: skip
