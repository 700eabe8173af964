"""`glassnet predict`: say what is drawn in a picture, with a model trained on pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

SHOWN_CLASSES = 3


def predict(
    model: Annotated[Path, typer.Argument(help="A model file, or the run folder that holds one.")],
    images: Annotated[
        list[Path], typer.Argument(help="Pictures of one digit each: PNG or JPEG, any size.", metavar="IMAGE...")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to stdout and nothing else.")] = False,
) -> int:
    """Say what is drawn in each picture, with the three most probable classes."""
    import numpy as np

    from glassnet.data.images import fit_to_model, read_gray
    from glassnet.model import load_model

    loaded = load_model(model)
    if loaded.image_frame is None or loaded.class_names is None:
        raise ValueError(f"{model} was not trained to tell pictures apart; train one with: glassnet train digits")
    # All pictures are read before anything is printed, so a bad one is told before half an answer is.
    frame = loaded.image_frame
    rows = np.array([fit_to_model(read_gray(path), frame, str(path)) for path in images])
    answers = []
    for path, probabilities in zip(images, loaded.predict_proba(rows), strict=True):
        order = np.argsort(-probabilities, kind="stable")[:SHOWN_CLASSES]
        top = [(loaded.class_names[i], float(probabilities[i])) for i in order]
        answers.append({"image": str(path), "class": top[0][0], "probabilities": dict(top)})
    if as_json:
        print(json.dumps(answers, indent=2))
        return 0

    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from glassnet.report.blocks import shows_pictures
    from glassnet.report.terminal import as_seen

    table = Table(box=box.ROUNDED)
    table.add_column("image", overflow="fold")
    table.add_column("class", style="bold green")
    table.add_column("most probable")
    for answer in answers:
        shares = answer["probabilities"]
        assert isinstance(shares, dict)
        table.add_row(
            Text(str(answer["image"])),
            Text(str(answer["class"])),
            Text("   ".join(f"{name} {share:.1%}" for name, share in shares.items())),
        )
    console = Console()
    console.print(table)
    if shows_pictures(console):
        console.print(as_seen(rows, frame, [str(answer["class"]) for answer in answers], console.width), soft_wrap=True)
    return 0
