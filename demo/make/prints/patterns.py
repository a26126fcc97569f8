"""Repeating patterns that meet themselves at the left and right edge."""

from collections.abc import Callable
from math import sin, tau
from random import Random

from PIL import Image, ImageDraw

from prints.motifs import MOTIFS
from prints.strokes import Draw, disc

Painter = Callable[[Draw, Random, list[str], int, int, int], None]
_SCALE = 2  # drawn larger and shrunk, for smooth edges


def pattern(
    name: str, colors: list[str], seed: int, size: tuple[int, int] = (512, 512), repeat: int = 6
) -> Image.Image:
    """Paint a pattern from PATTERNS; the first color is the ground, `repeat` counts motifs across."""
    width, height = size[0] * _SCALE, size[1] * _SCALE
    image = Image.new("RGB", (width, height), colors[0])
    inks = colors[1:] or ["#222222"]
    PATTERNS[name](ImageDraw.Draw(image), Random(seed), inks, width, height, repeat)
    return image.resize(size, Image.Resampling.LANCZOS)


def _stripes(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """Level bands."""
    step = width / repeat
    part = random.choice((0.3, 0.5, 0.6))
    for number in range(int(height / step) + 1):
        top = number * step
        draw.rectangle((0, top, width, top + step * part), fill=inks[number % len(inks)])


def _pinstripes(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """Upright bands."""
    step = width / (repeat * 2)
    part = random.choice((0.25, 0.4, 0.5))
    for number in range(repeat * 2):
        left = number * step
        draw.rectangle((left, 0, left + step * part, height), fill=inks[number % len(inks)])


def _dots(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """Polka dots in staggered rows."""
    step = width / repeat
    radius = step * random.choice((0.18, 0.25, 0.33))
    for row in range(-1, int(height / step * 1.2) + 2):
        for column in range(-1, repeat + 1):
            x = (column + 0.5 * (row % 2) + 0.25) * step
            disc(draw, x, (row + 0.5) * step * 0.86, radius, inks[(row + column) % len(inks)])


def _checks(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """A chessboard."""
    step = width / (2 * repeat)
    for row in range(int(height / step) + 1):
        for column in range(2 * repeat):
            if (row + column) % 2:
                x, y = column * step, row * step
                draw.rectangle((x, y, x + step, y + step), fill=inks[0])


def _plaid(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """Crossing bands seen through each other."""
    step = width / repeat
    for number in range(int(max(width, height) / step) + 1):
        for order, (offset, part) in enumerate(((0.05, 0.42), (0.6, 0.06), (0.78, 0.06))):
            start = (number + offset) * step
            red, green, blue = Image.new("RGB", (1, 1), inks[order % len(inks)]).getpixel((0, 0))
            overlay = Image.new("RGBA", (2, 2), (red, green, blue, 120))
            for area in ((start, 0, start + part * step, height), (0, start, width, start + part * step)):
                left, top, right, bottom = (int(value) for value in area)
                patch = overlay.resize((max(1, right - left), max(1, bottom - top)))
                draw._image.paste(patch, (left, top), patch)


def _waves(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """Rolling lines."""
    step = width / repeat
    thick = int(step * random.choice((0.18, 0.28, 0.4)))
    for number in range(-1, int(height / step * 1.4) + 2):
        line = [
            (x, (number + 0.22 * sin(tau * repeat * x / width)) * step * 0.75) for x in range(0, width + 8, 8)
        ]
        draw.line(line, fill=inks[number % len(inks)], width=thick, joint="curve")


def _chevron(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """Zigzag bands."""
    step = width / repeat
    for number in range(-1, int(height / step * 2) + 2):
        base = number * step * 0.6
        top = [(column * step / 2, base + (column % 2) * step * 0.4) for column in range(2 * repeat + 1)]
        low = [(x, y + step * 0.28) for x, y in reversed(top)]
        draw.polygon(top + low, fill=inks[number % len(inks)])


def _geometric(draw: Draw, random: Random, inks: list[str], width: int, height: int, repeat: int) -> None:
    """Triangles and quarter discs in a grid."""
    step = width / repeat
    for row in range(int(height / step) + 1):
        for column in range(repeat):
            x, y, ink = column * step, row * step, random.choice(inks)
            corner = random.choice(((0, 0), (1, 0), (1, 1), (0, 1)))
            if random.random() < 0.5:
                square = [(x, y), (x + step, y), (x + step, y + step), (x, y + step)]
                square.pop(random.randrange(4))
                draw.polygon(square, fill=ink)
            else:
                center = (x + corner[0] * step, y + corner[1] * step)
                start = {(0, 0): 0, (1, 0): 90, (1, 1): 180, (0, 1): 270}[corner]
                area = (center[0] - step, center[1] - step, center[0] + step, center[1] + step)
                draw.pieslice(area, start, start + 90, fill=ink)


PATTERNS: dict[str, Painter] = {
    "stripes": _stripes, "pinstripes": _pinstripes, "dots": _dots, "checks": _checks, "plaid": _plaid,
    "waves": _waves, "chevron": _chevron, "geometric": _geometric, **MOTIFS,
}  # fmt: skip
