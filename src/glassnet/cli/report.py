"""`glassnet report`: regenerate the report of a run, or compare several runs on one page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def report(
    runs: Annotated[list[Path], typer.Argument(help="Run folder; several are compared.", metavar="RUN...")],
    out: Annotated[
        Path | None, typer.Option(help="Output file (default: RUN/report.html, or compare.html for several runs).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to stdout and nothing else.")] = False,
) -> int:
    """Regenerate the report of a run, or compare several runs on one page."""
    from glassnet.cli.saving import write_page
    from glassnet.report.comparison import comparison_page
    from glassnet.report.page import report_page
    from glassnet.runs.load import OMITTED, names_of, read_run

    kept = {name: read_run(folder) for name, folder in names_of(runs).items()}
    several = len(runs) > 1
    notes = [f"{name}: {note}" if several else note for name, (_, notes) in kept.items() for note in notes]
    if several:
        page = comparison_page({name: run for name, (run, _) in kept.items()}, notes)
    else:
        page = report_page(next(iter(kept.values()))[0], notes)
    path = out or (Path("compare.html") if several else runs[0] / "report.html")
    is_kept = out is None and not several and OMITTED in page and is_complete(path)
    if is_kept:
        notes.append(f"kept {path} of the training, which is more complete; write the shorter report with --out FILE")
    else:
        write_page(path, page, f"{path} was written")
    if as_json:
        print(json.dumps({"report": str(path), "notes": notes}, indent=2))
        return 0

    from rich.text import Text

    from glassnet.cli.terminal import Console

    console = Console(soft_wrap=True)
    for note in notes:
        console.print(Text(f"glassnet: {note}", "yellow"))
    if not is_kept:
        console.print(Text.assemble("Wrote ", (str(path), "bold")))
    return 0


def is_complete(path: Path) -> bool:
    """Return whether there is a report that was written with the data of its run."""
    from glassnet.runs.load import OMITTED

    return path.is_file() and OMITTED not in path.read_text(encoding="utf-8", errors="replace")
