"""Carpets: bordered medallions, lattices, kilim rows, rings, rays and wandering shapes."""

from collections.abc import Callable
from math import cos, sin, tau
from random import Random

from PIL import Image, ImageDraw

from prints.patterns import PATTERNS
from prints.strokes import Draw, disc, flower, petal

_SCALE = 2  # drawn larger and shrunk, for smooth edges


def carpet(style: str, colors: list[str], seed: int, size: tuple[int, int]) -> Image.Image:
    """Paint a carpet from CARPETS or a pattern; `colors` are the ground and three inks."""
    width, height = size[0] * _SCALE, size[1] * _SCALE
    image = Image.new("RGB", (width, height), colors[0])
    draw, random = ImageDraw.Draw(image), Random(seed)
    if style in CARPETS:
        CARPETS[style](draw, random, colors, width, height)
    else:
        PATTERNS[style](draw, random, colors[1:], width, height, max(3, round(5 * width / height)))
    return image.resize(size, Image.Resampling.LANCZOS)


def _diamond(draw: Draw, x: float, y: float, half_width: float, half_height: float, ink: str) -> None:
    """A square on its tip."""
    tips = [(x - half_width, y), (x, y - half_height), (x + half_width, y), (x, y + half_height)]
    draw.polygon(tips, fill=ink)


def _medallion(draw: Draw, random: Random, colors: list[str], width: int, height: int) -> None:
    """A Persian carpet: borders, a medallion in the middle, blossoms and corners."""
    ground, first, second, third = colors
    edge = min(width, height) * 0.05
    for number, ink in enumerate((first, second, first, ground)):
        inset = edge * (0, 0.6, 2.4, 3)[number]
        draw.rectangle((inset, inset, width - inset, height - inset), fill=ink)
    steps = round(width / edge / 2.4), round(height / edge / 2.4)
    for number in range(steps[0] + 1):
        for y in (edge * 1.5, height - edge * 1.5):
            x = edge * 1.5 + (width - edge * 3) * number / steps[0]
            flower(draw, x, y, edge * 0.8, third, ground, 6, 0.3)
    for number in range(steps[1] + 1):
        for x in (edge * 1.5, width - edge * 1.5):
            y = edge * 1.5 + (height - edge * 3) * number / steps[1]
            flower(draw, x, y, edge * 0.8, third, ground, 6, 0.3)
    for _ in range(70):
        x, y = random.uniform(edge * 4, width - edge * 4), random.uniform(edge * 4, height - edge * 4)
        for mirror_x in (x, width - x):
            flower(draw, mirror_x, y, edge * 0.6, random.choice((second, third)), first, 5, x)
    reach, petals = min(width, height) * 0.3, random.choice((8, 12, 16))
    for part, ink in ((1.0, first), (0.82, second), (0.56, third), (0.34, first)):
        for number in range(petals):
            petal(draw, width / 2, height / 2, reach * part * 1.15, tau * number / petals, ink, 0.6)
        disc(draw, width / 2, height / 2, reach * part * 0.72, ink)


def _lattice(draw: Draw, random: Random, colors: list[str], width: int, height: int) -> None:
    """A Moroccan lattice of diamonds."""
    columns = random.choice((4, 6, 8))
    step, thick = width / columns, int(width / columns * random.choice((0.07, 0.12)))
    rise, inner = step * random.choice((0.7, 0.9)), random.random() < 0.6
    for row in range(int(height / rise) + 2):
        for column in range(columns + 1):
            x, y = (column + 0.5 * (row % 2)) * step, row * rise
            tips = [(x - step / 2, y), (x, y - rise), (x + step / 2, y), (x, y + rise), (x - step / 2, y)]
            draw.line(tips, fill=colors[1], width=thick, joint="curve")
            if inner:
                _diamond(draw, x, y, step * 0.18, rise * 0.36, colors[2])


def _kilim(draw: Draw, random: Random, colors: list[str], width: int, height: int) -> None:
    """Rows of diamonds, teeth and bands."""
    y, turn = 0.0, 0
    while y < height:
        tall = height * random.choice((0.05, 0.09, 0.14))
        ink, paper = random.sample(colors, 2)
        draw.rectangle((0, y, width, y + tall), fill=paper)
        count = max(4, round(width / tall / (1.2 if turn % 2 else 0.9)))
        for number in range(count) if tall > height * 0.06 else ():
            x, half = (number + 0.5) * width / count, width / count / 2
            if turn % 2:
                draw.polygon([(x - half, y + tall), (x, y), (x + half, y + tall)], fill=ink)
            else:
                _diamond(draw, x, y + tall / 2, half, tall / 2, ink)
                _diamond(draw, x, y + tall / 2, half / 2, tall / 4, paper)
        y, turn = y + tall, turn + 1


def _rings(draw: Draw, random: Random, colors: list[str], width: int, height: int) -> None:
    """Rings round the middle, as a braided rug has."""
    count = random.choice((6, 9, 14))
    for number in range(count):
        x, y = width / 2 * (1 - number / count), height / 2 * (1 - number / count)
        draw.ellipse((width / 2 - x, height / 2 - y, width / 2 + x, height / 2 + y), fill=colors[number % 4])


def _rays(draw: Draw, random: Random, colors: list[str], width: int, height: int) -> None:
    """Rays from the middle with a sun on them."""
    count = random.choice((12, 16, 24))
    for number in range(count):
        area = (-width, -height, 2 * width, 2 * height)
        draw.pieslice(area, 360 * number / count, 360 * (number + 0.5) / count, fill=colors[1])
    for part, ink in ((0.26, colors[2]), (0.17, colors[0]), (0.1, colors[3])):
        disc(draw, width / 2, height / 2, min(width, height) * part, ink)


def _wander(draw: Draw, random: Random, colors: list[str], width: int, height: int) -> None:
    """Large soft shapes beside each other."""
    for number in range(9):
        x, y, reach = random.uniform(0, width), random.uniform(0, height), height * random.uniform(0.18, 0.4)
        wobble = [random.uniform(0.65, 1.2) for _ in range(5)]
        line = []
        for step in range(72):
            turn = tau * step / 72
            part = 1 + 0.22 * sin(2 * turn + wobble[0] * 6) + 0.16 * cos(3 * turn + wobble[1] * 6)
            line.append((x + reach * part * wobble[2] * cos(turn), y + reach * part * wobble[3] * sin(turn)))
        draw.polygon(line, fill=colors[1 + number % 3])


def _frames(draw: Draw, random: Random, colors: list[str], width: int, height: int) -> None:
    """A plain field in broad frames."""
    band = min(width, height) * random.choice((0.06, 0.1))
    for number, ink in enumerate((colors[1], colors[0], colors[2], colors[3], colors[0])):
        inset = band * number
        draw.rectangle((inset, inset, width - inset, height - inset), fill=ink)


CARPETS: dict[str, Callable[[Draw, Random, list[str], int, int], None]] = {
    "medallion": _medallion, "lattice": _lattice, "kilim": _kilim, "rings": _rings, "rays": _rays,
    "wander": _wander, "frames": _frames,
}  # fmt: skip
