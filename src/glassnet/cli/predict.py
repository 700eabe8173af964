"""`glassnet predict`: predictions for the rows of tables and arrays, or for images."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from glassnet.cli.options import Dayfirst, Decimal, Format, HasHeader, Sheet, SkipFooter, SkipLines, Thousands, Unseen


def predict(
    model: Annotated[Path, typer.Argument(help="Model file, or run folder.")],
    inputs: Annotated[
        list[Path],
        typer.Argument(
            help="Tables (.csv, .tsv, .parquet) with the training columns in any order, arrays (.npz, .npy, IDX), "
            "images (PNG, JPEG, ... of any size), or folders of images.",
            metavar="INPUT...",
        ),
    ],
    drop: Annotated[list[str] | None, typer.Option(help="Column of a table to ignore; may be repeated.")] = None,
    na_value: Annotated[
        list[str] | None, typer.Option(help="Text to read as a missing value; may be repeated.")
    ] = None,
    skip_invalid: Annotated[
        bool, typer.Option("--skip-invalid", help="Skip and list invalid images and rows instead of failing.")
    ] = False,
    unseen: Unseen = None,
    decimal: Decimal = None,
    thousands: Thousands = None,
    dayfirst: Dayfirst = None,
    header: HasHeader = None,
    skip_lines: SkipLines = None,
    skip_footer: SkipFooter = None,
    format: Format = None,  # noqa: A002 - as --format
    sheet: Sheet = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Write all predictions and class probabilities to a .csv, .json, or .parquet file; - for standard "
            "output, as CSV."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to stdout and nothing else.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only warnings and errors; requires --out.")] = False,
) -> int:
    """Predict a number, or a class with its probability, for every row or image."""
    from glassnet.report import prediction_output
    from glassnet.runs.prediction_inputs import ReadOptions, load_for_inputs, read_inputs

    if out is not None:
        prediction_output.check_out(out, [model, *inputs])
    elif quiet:
        raise ValueError("--quiet needs --out, or the predictions would be lost")
    if out == prediction_output.STANDARD_OUTPUT and as_json:
        raise ValueError("--json and --out - both print to standard output; use one of them")
    loaded = load_for_inputs(
        model,
        unseen,
        decimal=decimal,
        thousands=thousands,
        dayfirst=dayfirst,
        header=header,
        skip_lines=skip_lines,
    )
    # Everything is predicted before anything is printed, so an invalid input leaves no partial output.
    options = ReadOptions(drop or (), na_value or (), skip_invalid, format, sheet, skip_footer)
    read = read_inputs(loaded, inputs, options)
    predictions = [prediction_output.predict_inputs(loaded, one) for one in read]
    if out is not None:
        prediction_output.write_predictions(out, predictions)
    if as_json:
        print(prediction_output.as_json(predictions))
        return 0
    if quiet or out == prediction_output.STANDARD_OUTPUT:
        return 0

    from glassnet.cli.terminal import Console
    from glassnet.report.terminal import network_inputs
    from glassnet.report.unicode_plots import shows_pictures

    console = Console(highlight=False)
    for one in predictions:
        if len(predictions) > 1 and out is None:
            console.print(one.inputs.name, style="bold", markup=False)
        if out is None:
            console.print(prediction_output.as_table(one))
            if one.inputs.kind == "image" and loaded.image_transform is not None and shows_pictures(console):
                classes = [str(name) for name in one.columns["class"].tolist()]
                console.print(
                    network_inputs(one.inputs.raw, loaded.image_transform, classes, console.width), soft_wrap=True
                )
        elif score := one.score():
            console.print(score, markup=False)
    if out is not None:
        count = sum(map(len, predictions))
        console.print(f"Wrote {count:,} {'prediction' if count == 1 else 'predictions'} to {out}", markup=False)
    return 0
