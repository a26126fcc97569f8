"""Single strokes that motifs are made of."""

from math import cos, pi, sin

from PIL import ImageDraw

Draw = ImageDraw.ImageDraw


def disc(draw: Draw, x: float, y: float, radius: float, ink: str) -> None:
    """A filled circle."""
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=ink)


def petal(draw: Draw, x: float, y: float, length: float, angle: float, ink: str, slim: float = 0.4) -> None:
    """A leaf-shaped blade from a point outward."""
    outline = []
    for step in range(25):
        along = step / 12 if step <= 12 else (24 - step) / 12
        across = sin(pi * along) * slim * length * (0.5 if step <= 12 else -0.5)
        forward = along * length
        outline.append(
            (x + forward * cos(angle) - across * sin(angle), y + forward * sin(angle) + across * cos(angle))
        )
    draw.polygon(outline, fill=ink)


def star(
    draw: Draw, x: float, y: float, radius: float, ink: str, points: int = 5, inner: float = 0.42
) -> None:
    """A star with its first point up."""
    outline = []
    for step in range(2 * points):
        reach, angle = radius * (inner if step % 2 else 1), pi * step / points - pi / 2
        outline.append((x + reach * cos(angle), y + reach * sin(angle)))
    draw.polygon(outline, fill=ink)


def heart(draw: Draw, x: float, y: float, radius: float, ink: str) -> None:
    """A heart about twice `radius` wide."""
    outline = []
    for step in range(40):
        t = 2 * pi * step / 40
        across = 16 * sin(t) ** 3
        down = -(13 * cos(t) - 5 * cos(2 * t) - 2 * cos(3 * t) - cos(4 * t))
        outline.append((x + across / 16 * radius, y + down / 16 * radius))
    draw.polygon(outline, fill=ink)


def flower(
    draw: Draw, x: float, y: float, radius: float, ink: str, heart_ink: str, petals: int, turn: float
) -> None:
    """A blossom of equal petals."""
    for number in range(petals):
        petal(draw, x, y, radius, turn + 2 * pi * number / petals, ink, slim=0.62)
    disc(draw, x, y, radius * 0.24, heart_ink)
