"""Catalogues of drawn pictures, each unlike the others."""

import base64
import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw


def draw(number: int) -> bytes:
    """Draw a picture that no other number's looks like, as JPEG."""
    random = np.random.default_rng(number)
    coarse = random.integers(0, 256, (6, 6, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(coarse).resize((120, 120), Image.Resampling.NEAREST).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def make_catalogue(folder: Path, count: int) -> Path:
    """Write a catalogue of so many drawn products, and give its file."""
    pictures = folder / "drawn"
    pictures.mkdir(parents=True)
    lines = ["id,image,title,category"]
    for number in range(count):
        (pictures / f"{number}.jpg").write_bytes(draw(number))
        lines.append(f"p{number},drawn/{number}.jpg,Drawing {number},Drawings")
    catalogue = folder / "products.csv"
    catalogue.write_text("\n".join(lines) + "\n")
    return catalogue


def told(name: str, title: str, picture: bytes) -> dict[str, object]:
    """Tell of a product with its picture inside, as it is put over HTTP."""
    return {
        "id": name,
        "title": title,
        "categories": ["Drawings"],
        "pictures": ["data:image/jpeg;base64," + base64.b64encode(picture).decode()],
    }


def side_by_side(*numbers: int) -> bytes:
    """Draw several numbers in one picture, from left to right, as PNG."""
    parts = [Image.open(io.BytesIO(draw(number))) for number in numbers]
    whole = Image.new("RGB", (sum(part.width for part in parts), parts[0].height))
    for place, part in enumerate(parts):
        whole.paste(part, (place * part.width, 0))
    buffer = io.BytesIO()
    whole.save(buffer, "PNG")
    return buffer.getvalue()


def shelf(*numbers: int) -> bytes:
    """Photograph drawn numbers side by side, far apart before something out of focus, as PNG."""
    random = np.random.default_rng(0)
    far = Image.fromarray(random.integers(60, 200, (6, 9, 3), dtype=np.uint8))
    photo = far.resize((320 * len(numbers), 400), Image.Resampling.BICUBIC)
    for place, number in enumerate(numbers):
        pack = Image.new("RGB", (200, 300), (30, 40, 60))
        pack.paste(Image.open(io.BytesIO(draw(number))).resize((160, 160)), (20, 70))
        photo.paste(pack, (320 * place + 60, 50))
    buffer = io.BytesIO()
    photo.save(buffer, "PNG")
    return buffer.getvalue()


def on_white(number: int) -> bytes:
    """Draw a product on a plain ground, so that it can be cut out and photographed."""
    picture = Image.new("RGB", (160, 160), (255, 255, 255))
    drawing = Image.open(io.BytesIO(draw(number))).resize((70, 90))
    picture.paste(drawing, (45, 35))
    ImageDraw.Draw(picture).rectangle((44, 34, 115, 125), outline=(20, 20, 20), width=2)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
