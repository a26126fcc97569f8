"""The command that shows what may be searched for in a picture: look."""

from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer
from PIL import Image
from rich.table import Table

from visualsearch.cli.console import JsonFlag, out, print_json, settings_from
from visualsearch.cli.searching import read_picture
from visualsearch.domain import Region
from visualsearch.errors import BadInput, StorageFull
from visualsearch.switch import decoder, open_detector
from visualsearch.vision.annotate import annotate

app = typer.Typer()
DRAWN = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP"}


@app.command()
def look(
    picture: Annotated[str, typer.Argument(metavar="PICTURE|URL", help="A photo")],
    *,
    out_file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Draw boxes, kinds and masks into this file")
    ] = None,
    detector: Annotated[
        str | None, typer.Option(metavar="NAME", help="What looks; a name or a card [default: the package's]")
    ] = None,
    least: Annotated[float, typer.Option(min=0, max=1, help="Score of what is told")] = 0.3,
    json: JsonFlag = False,
) -> None:
    """Find what may be searched for in a picture: boxes, kinds and masks."""
    settings = settings_from(**({} if detector is None else {"vision": {"detector": detector}}))
    if out_file is not None and out_file.suffix.lower() not in DRAWN:
        raise BadInput(f"Expected --out to end in one of {', '.join(DRAWN)}, found {out_file.name!r}.")
    pixels = decoder(settings)(read_picture(settings, picture)).pixels
    regions = [region for region in open_detector(settings).detect(pixels) if region.score >= least]
    if out_file is not None:
        encoded = BytesIO()
        Image.fromarray(annotate(pixels, regions)).save(encoded, DRAWN[out_file.suffix.lower()], quality=90)
        _write(out_file, encoded.getvalue())
    if json:
        print_json(
            {"regions": [{"box": one.box, "kind": one.kind, "score": round(one.score, 4)} for one in regions]}
        )
    else:
        out.print(_table(regions))


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise StorageFull(
            f"Expected to write {path}, found: {error.strerror}. Name another --out."
        ) from error


def _table(regions: list[Region]) -> Table:
    table = Table("score", "kind", "left", "top", "right", "bottom")
    for region in regions:
        box = region.box
        sides = (f"{side:.3f}" for side in (box.left, box.top, box.right, box.bottom))
        table.add_row(f"{region.score:.2f}", region.kind, *sides)
    return table
