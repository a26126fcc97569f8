"""Contact sheets: many pictures on one, for the eye."""

from pathlib import Path

from PIL import Image, ImageDraw


def contact_sheet(pictures: list[tuple[str, Image.Image]], path: Path, columns: int, cell: int = 200) -> None:
    """Save captioned pictures in rows of `columns`."""
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * cell, rows * (cell + 14)), "#d8d8d8")
    draw = ImageDraw.Draw(sheet)
    for place, (caption, picture) in enumerate(pictures):
        left, top = place % columns * cell, place // columns * (cell + 14)
        small = picture.copy()
        small.thumbnail((cell - 2, cell - 2), Image.Resampling.LANCZOS)
        sheet.paste(small, (left + 1, top + 1))
        draw.text((left + 3, top + cell), caption[: cell // 6], fill="#000000")
    sheet.save(path)
