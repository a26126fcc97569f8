"""Everyday things that are not for sale, on table tops."""

from collections.abc import Callable
from math import cos, pi, sin
from random import Random

from PIL import Image, ImageDraw

from materials import metal, plastic
from rooms.kitchenware import board, can, cutlery, fruit, plate, towel
from rooms.surfaces import COLORS
from shapes import ball, box, curve, tube
from soft_materials import paper

Maker = Callable[[Random], None]


def papers(random: Random) -> None:
    """Letters and notes lying one on another."""
    for number in range(random.randint(1, 3)):
        page = Image.new("RGB", (210, 297), random.choice(("#f4f2ec", "#fbfaf7", "#f2e8b8", "#dbe6ee")))
        draw = ImageDraw.Draw(page)
        for row in range(random.randint(4, 18)):
            top = 40 + row * 13
            draw.rectangle((22, top, random.randint(90, 188), top + 4), fill="#55565a")
        draw.rectangle((22, 16, 90, 26), fill=random.choice(COLORS))
        tilt = random.uniform(-50, 50)
        at = (random.uniform(-0.03, 0.03), random.uniform(-0.03, 0.03), 0.0006 * number)
        box((0.15, 0.21, 0.0005), paper("#efede6"), at=at, turn=(0, 0, tilt), rounding=0,
            faces={"top": paper(page)})  # fmt: skip


def pens(random: Random) -> None:
    """A few pens and pencils."""
    for number in range(random.randint(1, 3)):
        x, tilt = number * 0.018, random.uniform(-0.4, 0.4)
        start, end = (
            (x - 0.07 * sin(tilt), -0.07 * cos(tilt), 0.004),
            (x + 0.07 * sin(tilt), 0.07 * cos(tilt), 0.004),
        )
        tube([start, end], 0.004, plastic(random.choice(COLORS)), sides=8)


def keys(random: Random) -> None:
    """Keys on a ring."""
    turns = [step / 16 * 2 * pi for step in range(16)]
    tube(
        [(0.014 * cos(t), 0.014 * sin(t), 0.002) for t in turns], 0.001, metal("steel"), closed=True, sides=8
    )
    for number in range(random.randint(2, 4)):
        angle = number * 0.6 + random.random()
        line = [(r * cos(angle), r * sin(angle), 0.002 + number * 0.0012) for r in (0.014, 0.03, 0.032, 0.06)]
        tube(
            line,
            [0.009, 0.009, 0.004, 0.003],
            metal(random.choice(("steel", "brass"))),
            flat=0.2,
            across=(0, 0, 1),
        )


def remote(random: Random) -> None:
    """A remote control."""
    box((0.045, 0.16, 0.018), plastic("#232326", 0.4), rounding=0.006)
    for row in range(6):
        for column in (-1, 0, 1):
            color = random.choice(("#6a6a70", "#6a6a70", "#b5332e", "#dddddd"))
            ball((0.008, 0.006, 0.005), plastic(color), at=(column * 0.012, -0.06 + row * 0.02, 0.018))


def blocks(random: Random) -> None:
    """Toy bricks."""
    for _ in range(random.randint(3, 7)):
        size = random.choice(((0.03, 0.03, 0.03), (0.06, 0.03, 0.02), (0.03, 0.09, 0.03)))
        at = (random.uniform(-0.07, 0.07), random.uniform(-0.07, 0.07), 0)
        box(size, plastic(random.choice(COLORS)), at=at, turn=(0, 0, random.uniform(0, 90)))


def cable(random: Random) -> None:
    """A cable with its plug."""
    points = [(random.uniform(-0.16, 0.16), random.uniform(-0.12, 0.12), 0.003) for _ in range(6)]
    line = curve(points, 10)
    tube(line, 0.0025, plastic(random.choice(("#eeeeee", "#1d1d1f"))), sides=8)
    box((0.03, 0.04, 0.025), plastic("#eeeeee"), at=(points[-1][0], points[-1][1], 0))


TABLE: dict[str, Maker] = {
    "papers": papers, "pens": pens, "keys": keys, "remote": remote, "fruit": fruit, "plate": plate,
    "cutlery": cutlery, "board": board, "towel": towel, "can": can, "blocks": blocks, "cable": cable,
}  # fmt: skip
