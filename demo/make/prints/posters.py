"""Posters: landscapes, plants, shapes and words in four flat colors."""

from collections.abc import Callable
from math import pi, sin
from random import Random

from PIL import Image, ImageDraw

from prints.lettering import text_block
from prints.patterns import PATTERNS
from prints.strokes import Draw, disc, flower, petal, star

_SCALE = 2  # drawn larger and shrunk, for smooth edges


def poster(
    style: str, colors: list[str], seed: int, size: tuple[int, int] = (384, 512), words: str = ""
) -> Image.Image:
    """Paint a poster from POSTERS; `colors` are paper and three inks, `words` are for style `words`."""
    width, height = size[0] * _SCALE, size[1] * _SCALE
    image = Image.new("RGB", (width, height), colors[0])
    if style == "words":
        area = (int(width * 0.84), int(height * 0.84))
        lettering = text_block(
            words.replace(" ", "\n"), *area, colors[1], Random(seed).choice(("bold", "round"))
        )
        image.paste(lettering, (int(width * 0.08), int(height * 0.08)), lettering)
    else:
        POSTERS[style](ImageDraw.Draw(image), Random(seed), colors[1:], width, height)
    return image.resize(size, Image.Resampling.LANCZOS)


def _sun(draw: Draw, random: Random, inks: list[str], width: int, height: int) -> None:
    """A low sun over rolling hills."""
    disc(draw, width * random.uniform(0.35, 0.65), height * 0.36, width * random.uniform(0.2, 0.3), inks[0])
    for number, ink in enumerate((inks[1], inks[2], inks[0])):
        top, phase = height * (0.52 + 0.15 * number), random.uniform(0, 6)
        line = [(x, top + sin(x / width * 4 + phase) * height * 0.06) for x in range(0, width + 8, 8)]
        draw.polygon([*line, (width, height), (0, height)], fill=ink)


def _mountains(draw: Draw, random: Random, inks: list[str], width: int, height: int) -> None:
    """Ranges of peaks, the nearest one the darkest."""
    disc(draw, width * random.uniform(0.2, 0.8), height * 0.2, width * 0.11, inks[2])
    for number, ink in enumerate((inks[1], inks[2], inks[0])):
        base, peaks = height * (0.5 + 0.17 * number), random.choice((2, 3, 4))
        line = []
        for peak in range(2 * peaks + 1):
            rise = -height * random.uniform(0.16, 0.34) if peak % 2 else height * 0.02
            line.append((width * peak / (2 * peaks), base + rise))
        draw.polygon([*line, (width, height), (0, height)], fill=ink)


def _sprig(draw: Draw, random: Random, inks: list[str], width: int, height: int) -> None:
    """One tall plant in a pot."""
    leaves, slim = random.choice((3, 4, 5)), random.uniform(0.3, 0.6)
    draw.line((width / 2, height * 0.16, width / 2, height * 0.75), fill=inks[0], width=int(width * 0.02))
    for number in range(leaves):
        y, length = height * (0.68 - 0.44 * number / leaves), width * (0.42 - 0.2 * number / leaves)
        for turn in (-0.55, pi + 0.55):
            petal(draw, width / 2, y, length, turn, inks[0], slim)
    petal(draw, width / 2, height * 0.26, width * 0.25, -pi / 2, inks[0], slim)
    pot = [(0.3, 0.7), (0.7, 0.7), (0.63, 0.93), (0.37, 0.93)]
    draw.polygon([(x * width, y * height) for x, y in pot], fill=inks[1])
    draw.rectangle((width * 0.28, height * 0.7, width * 0.72, height * 0.75), fill=inks[2])


def _blobs(draw: Draw, random: Random, inks: list[str], width: int, height: int) -> None:
    """Round cut-outs that overlap."""
    for number in range(5):
        x, y = random.uniform(0.15, 0.85) * width, (number + random.uniform(0.2, 0.8)) / 5 * height
        reach = width * random.uniform(0.16, 0.34)
        if random.random() < 0.5:
            disc(draw, x, y, reach, inks[number % 3])
        else:
            area = (x - reach, y - reach, x + reach, y + reach)
            draw.pieslice(
                area, (start := random.choice((0, 90, 180, 270))), start + 180, fill=inks[number % 3]
            )


def _rainbow(draw: Draw, random: Random, inks: list[str], width: int, height: int) -> None:
    """Nested arches."""
    count, foot = random.choice((4, 5, 6)), height * 0.88
    for number in range(count):
        reach = width * 0.42 * (1 - number / (count + 0.6))
        top = height * 0.5 - reach
        draw.rounded_rectangle(
            (width / 2 - reach, top, width / 2 + reach, foot + reach), reach, inks[number % 3]
        )
        draw.rectangle((0, foot, width, height), fill=draw._image.getpixel((0, 0)))


def _bouquet(draw: Draw, random: Random, inks: list[str], width: int, height: int) -> None:
    """Flowers in a vase."""
    for number in range(5):
        x = width * (0.18 + 0.16 * number)
        y = height * (0.2 + 0.1 * abs(number - 2) + random.uniform(-0.03, 0.05))
        draw.line((width / 2, height * 0.62, x, y), fill=inks[2], width=int(width * 0.016))
        flower(
            draw,
            x,
            y,
            width * random.uniform(0.12, 0.17),
            inks[number % 2],
            inks[2],
            random.choice((5, 8)),
            number,
        )
    draw.ellipse((width * 0.3, height * 0.56, width * 0.7, height * 0.92), fill=inks[1])
    draw.rectangle((width * 0.41, height * 0.52, width * 0.59, height * 0.62), fill=inks[1])


def _night(draw: Draw, random: Random, inks: list[str], width: int, height: int) -> None:
    """A moon and stars over the sea."""
    draw.rectangle((0, 0, width, height * 0.66), fill=inks[0])
    disc(draw, width * 0.5, height * 0.32, width * 0.24, inks[1])
    for _ in range(14):
        star(draw, random.uniform(0, width), random.uniform(0, height * 0.6), width * 0.03, inks[1])
    for number in range(5):
        y = height * (0.7 + 0.06 * number)
        draw.line((0, y, width, y), fill=inks[2], width=int(height * 0.022))


def _cat(draw: Draw, random: Random, inks: list[str], width: int, height: int) -> None:
    """A sitting cat."""
    disc(draw, width * 0.5, height * 0.45, width * 0.42, inks[1])
    draw.ellipse((width * 0.27, height * 0.46, width * 0.73, height * 0.94), fill=inks[0])
    disc(draw, width * 0.5, height * 0.38, width * 0.2, inks[0])
    for side in (-1, 1):
        ear = [(0.5 + side * 0.19, 0.4), (0.5 + side * 0.18, 0.19), (0.5 + side * 0.02, 0.29)]
        draw.polygon([(x * width, y * height) for x, y in ear], fill=inks[0])
        disc(draw, width * (0.5 + side * 0.08), height * 0.37, width * 0.035, inks[2])
    draw.arc((width * 0.55, height * 0.6, width * 0.95, height * 0.94), -60, 120, inks[0], int(width * 0.07))


def _pattern(name: str, repeat: int) -> Callable[[Draw, Random, list[str], int, int], None]:
    """A pattern over the whole sheet."""
    return lambda draw, random, inks, width, height: PATTERNS[name](draw, random, inks, width, height, repeat)


POSTERS: dict[str, Callable[[Draw, Random, list[str], int, int], None]] = {
    "sun": _sun, "mountains": _mountains, "sprig": _sprig, "blobs": _blobs, "rainbow": _rainbow,
    "bouquet": _bouquet, "night": _night, "cat": _cat, "bauhaus": _pattern("geometric", 3),
    "waves": _pattern("waves", 3), "leaves": _pattern("leaves", 3),
}  # fmt: skip
