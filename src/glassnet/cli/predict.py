"""`glassnet predict`: a model's answers to the rows of a table or an array, or to pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def predict(
    model: Annotated[Path, typer.Argument(help="A model file, or the run folder that holds one.")],
    inputs: Annotated[
        list[Path],
        typer.Argument(
            help="Tables (.csv, .tsv, .parquet) with the columns of training in any order, arrays (.npz, .npy, IDX), "
            "pictures of one thing each (PNG, JPEG, any size), or folders of pictures.",
            metavar="INPUT...",
        ),
    ],
    drop: Annotated[
        list[str] | None, typer.Option(help="A column of a table to leave out; may be given several times.")
    ] = None,
    na_value: Annotated[
        list[str] | None, typer.Option(help="A text that stands for a missing value; may be given several times.")
    ] = None,
    skip_invalid: Annotated[
        bool, typer.Option("--skip-invalid", help="Leave out what cannot be taken, pictures or rows, and name it.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Write all answers, with the probability of every class, to a .csv or .json.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to stdout and nothing else.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing but mistakes; goes with --out.")] = False,
) -> int:
    """Say what a model makes of each row or picture: a number, or a class with its probability."""
    from glassnet.model import load_model
    from glassnet.report import prediction_output
    from glassnet.runs.prediction_inputs import read_inputs

    if out is not None:
        prediction_output.check_out(out, [model, *inputs])
    elif quiet:
        raise ValueError("--quiet without --out would leave no answers; name a file for them")
    loaded = load_model(model)
    # All is read and answered before anything is printed, so a bad input is told before half an answer is.
    read = read_inputs(loaded, inputs, drop=drop or (), na_value=na_value or (), skip_invalid=skip_invalid)
    given = [prediction_output.answer(loaded, one) for one in read]
    if out is not None:
        prediction_output.write_answers(out, given)
    if as_json:
        print(prediction_output.as_json(given))
        return 0
    if quiet:
        return 0

    from rich.console import Console

    from glassnet.report.terminal import as_seen
    from glassnet.report.unicode_plots import shows_pictures

    console = Console(highlight=False)
    for one in given:
        if len(given) > 1 and out is None:
            console.print(one.inputs.file, style="bold", markup=False)
        if out is None:
            console.print(prediction_output.as_table(one))
            if one.inputs.kind == "image" and loaded.image_frame is not None and shows_pictures(console):
                said = [str(name) for name in one.given["class"].tolist()]
                console.print(as_seen(one.inputs.raw, loaded.image_frame, said, console.width), soft_wrap=True)
        elif score := one.score():
            console.print(score, markup=False)
    if out is not None:
        console.print(f"{sum(map(len, given)):,} answers written to {out}", markup=False)
    return 0
