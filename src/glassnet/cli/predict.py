"""`glassnet predict`: say what a picture shows, with a model trained on pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

SHOWN_CLASSES = 3


def predict(
    model: Annotated[Path, typer.Argument(help="A model file, or the run folder that holds one.")],
    images: Annotated[
        list[Path],
        typer.Argument(help="Pictures (PNG, JPEG, BMP, WebP, any size), or folders of them.", metavar="IMAGE..."),
    ],
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="Leave out files that cannot be read, and name them.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to stdout and nothing else.")] = False,
) -> int:
    """Say what each picture shows, with the three most probable classes."""
    import numpy as np

    from glassnet.common.names import shown
    from glassnet.data.folders import pictures_in, read_pictures
    from glassnet.model import load_model

    loaded = load_model(model)
    if loaded.image_frame is None or loaded.class_names is None:
        raise ValueError(f"{model} was not trained to tell pictures apart; train one with: glassnet train digits")
    # All pictures are read before anything is printed, so a bad one is told before half an answer is.
    paths = pictures_in(images)
    rows, kept = read_pictures(paths, loaded.image_frame, skip_bad)
    answers = []
    for path, probabilities in zip([paths[i] for i in kept], loaded.predict_proba(rows), strict=True):
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

    table = Table(box=box.ROUNDED)
    table.add_column("image", overflow="fold")
    table.add_column("class", style="bold green")
    table.add_column("most probable")
    for answer in answers:
        shares = answer["probabilities"]
        assert isinstance(shares, dict)
        table.add_row(
            Text(shown(answer["image"])),
            Text(str(answer["class"])),
            Text("   ".join(f"{name} {share:.1%}" for name, share in shares.items())),
        )
    Console().print(table)
    return 0
