"""Clock faces: numerals, marks and a drawn ground, without hands."""

from math import cos, pi, sin
from random import Random

from PIL import Image, ImageDraw

from prints.lettering import emblem, stamp, text_block
from prints.patterns import pattern

ROMAN = ("XII", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI")
NUMERALS = ("arabic", "quarters", "roman", "lines", "dots", "none")


def dial(
    numerals: str, motif: str, colors: list[str], seed: int, brand: str = "", size: int = 640
) -> Image.Image:
    """A square face; `colors` are ground, ink and two more, `motif` a pattern, emblem, `rings` or nothing."""
    ground, ink, *more = colors
    image = _ground(motif, [ground, *more], seed, size)
    style = Random(seed).choice(("bold", "serif", "modern", "round", "plain"))
    draw = ImageDraw.Draw(image)
    for hour in range(12):
        x, y = _place(hour, size * (0.39 if numerals in ("arabic", "roman", "quarters") else 0.43), size)
        wanted = numerals in ("arabic", "roman") or (numerals == "quarters" and hour % 3 == 0)
        if wanted:
            text = ROMAN[hour] if numerals == "roman" else str(hour or 12)
            tall = size * (0.17 if numerals == "quarters" else 0.12)
            mark = text_block(text, int(tall * 1.5), int(tall), ink, style)
            image = stamp(image, mark, x / size, y / size)
            draw = ImageDraw.Draw(image)
        elif numerals == "dots":
            reach = size * (0.032 if hour % 3 == 0 else 0.018)
            draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=ink)
        elif numerals != "none":
            start = _place(hour, size * (0.36 if hour % 3 == 0 else 0.4), size)
            draw.line((*start, *_place(hour, size * 0.45, size)), fill=ink, width=int(size * 0.016))
    if brand and not motif:
        image = stamp(image, text_block(brand, int(size * 0.26), int(size * 0.05), ink, style), 0.5, 0.33)
    return image


def _ground(motif: str, colors: list[str], seed: int, size: int) -> Image.Image:
    """The face under the numerals."""
    ground, first, second = colors
    image = Image.new("RGB", (size, size), ground)
    if motif == "rings":
        draw = ImageDraw.Draw(image)
        for part, ink in ((0.5, first), (0.3, ground), (0.2, second)):
            low, high = size * (0.5 - part), size * (0.5 + part)
            draw.ellipse((low, low, high, high), fill=ink)
    elif motif == "half":
        ImageDraw.Draw(image).rectangle((0, size // 2, size, size), fill=first)
    elif motif in ("sun", "flower", "star", "heart", "mountain", "moon", "leaf"):
        image = stamp(image, emblem(motif, int(size * 0.5), first))
    elif motif:
        image = pattern(motif, colors, seed, (size, size), 5)
    return image


def _place(hour: float, reach: float, size: int) -> tuple[float, float]:
    """Where an hour stands on the face."""
    angle = pi * hour / 6
    return size / 2 + reach * sin(angle), size / 2 - reach * cos(angle)
