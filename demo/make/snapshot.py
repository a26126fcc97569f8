"""Takes a customer photo: furnishes the room, points the phone, measures what it sees and renders."""

from dataclasses import dataclass
from math import cos, radians, sin
from random import Random

import bpy
import numpy
from PIL import Image

from develop import develop, expose
from handheld import middle, point_phone
from layout import Item, product_item, simple_item
from measure import measure
from photos import LANDSCAPE, PHOTO_SAMPLES, PORTRAIT, Photo, Shown
from render import clear_products
from rooms import SETTINGS
from rooms.lamps import MOODS, light_room
from rooms.settings import Stage

_ATTEMPTS = 8
_VISIBLE, _BIG = 0.4, 0.12  # a product counts as shown from these shares of itself and of the picture's side
_SUBJECT_VISIBLE, _SUBJECT_BIG = 0.6, 0.16


@dataclass
class View:
    """What the phone sees: sizes, the light, and the products it shows."""

    size: tuple[int, int]
    mood: str
    shown: list[Shown]
    subject: numpy.ndarray
    good: bool


def take(photo: Photo) -> tuple[Image.Image, list[Shown]]:
    """Take the photo, trying other arrangements until its subject can be seen well."""
    for attempt in range(_ATTEMPTS):
        random = Random(f"take:{photo.number}:{attempt}")
        view = _arrange(photo, random)
        if view.good:
            break
    else:
        raise RuntimeError(f"photo {photo.number}: no arrangement shows {photo.products[0].product.title}")
    light = expose(view.size, PHOTO_SAMPLES)
    return develop(light, view.subject, random, view.mood in ("lamp", "flash")), view.shown


def _arrange(photo: Photo, random: Random) -> View:
    """Furnish the room, put everything in its place, light it and look through the phone."""
    clear_products()
    items = [product_item(entry) for entry in photo.products]
    main = items[0]
    stage = SETTINGS[photo.setting](random, main)
    bpy.context.view_layer.update()
    azimuth = random.uniform(-32, 32) if not stage.closed else -stage.closed * random.uniform(5, 35)
    companions = _place_products(items, stage, azimuth, random)
    _place_clutter(main, stage, azimuth, random)
    framed = [item for item in companions if main.flat or not item.flat and item.reach < 3 * main.reach]
    points = numpy.concatenate([item.points() for item in (main, *framed)])
    wide = numpy.ptp(points[:, 0]) > 0.8 * numpy.ptp(points[:, 2])
    size = LANDSCAPE if random.random() < (0.8 if wide else 0.25) else PORTRAIT
    elevation = random.uniform(*stage.elevations)
    fill = random.uniform(0.72, 0.95) if framed else random.uniform(0.45, 0.85)
    point_phone(points, size, azimuth, elevation, fill, random)
    mood = random.choice(MOODS)
    side = -stage.closed or random.choice((-1, 1))
    light_room(mood, random, middle(points), float(numpy.ptp(points, axis=0).max()) / 2 + 0.25, side)
    return _look(size, mood, [main, *companions])


def _place_products(items: list[Item], stage: Stage, azimuth: float, random: Random) -> list[Item]:
    """Put the subject in its place and the others round it; return the others that found room."""
    main, others = items[0], items[1:]
    below = [item for item in others if item.flat and not main.flat]
    for item in below:
        stage.ground.put(
            item, random.uniform(-0.4, 0.4) * item.reach, random.uniform(-0.6, 0) * item.reach, 0
        )
    if stage.wall is None:
        stage.ground.put(main, 0, 0, azimuth * 0.6 + random.uniform(-25, 25))
    else:
        _hang(main, 0.0, stage)
    others = [item for item in others if item not in below]
    return below + [item for item in others if _place_companion(item, main, stage, random)]


def _look(size: tuple[int, int], mood: str, items: list[Item]) -> View:
    """Measure the products and keep those that count as shown."""
    shown, measured = [], measure(items, size)
    for item, (visible, box, _) in zip(items, measured):
        if visible >= _VISIBLE and _side(box, size) >= _BIG:
            shown.append(Shown(item.entry.identifier, box))
    visible, box, subject = measured[0]
    return View(size, mood, shown, subject, visible >= _SUBJECT_VISIBLE and _side(box, size) >= _SUBJECT_BIG)


def _side(box: tuple[float, float, float, float], size: tuple[int, int]) -> float:
    """The longer side of a box as a share of the picture's shorter side."""
    return max((box[2] - box[0]) * size[0], (box[3] - box[1]) * size[1]) / min(size)


def _hang(item: Item, x: float, stage: Stage) -> None:
    """Hang an item on the wall."""
    item.move((x, stage.wall - item.back - 0.002, 0), 0)
    stage.ground.taken.append((x, 0.0, item.reach if x else 0.0))


def _place_companion(item: Item, main: Item, stage: Stage, random: Random) -> bool:
    """Put another product beside the subject, on it, or next to it on the wall."""
    turn = random.uniform(-35, 35)
    if stage.wall is not None and item.entry.kind.place == "wall":
        _hang(item, random.choice((-1, 1)) * (main.reach + item.reach) * random.uniform(0.8, 1.1), stage)
        return True
    if main.entry.kind.name in ("sofa", "armchair") and item.entry.kind.name == "cushion":
        stage.ground.put(item, random.uniform(-0.3, 0.3) * main.reach, main.low_front * 0.2, turn / 2)
        return True
    near = 0.2 * main.reach if main.flat or stage.wall is not None else (main.reach + item.reach) * 0.9
    far = main.reach * 0.8 if main.flat else near + max(0.1, 0.6 * item.reach)
    return stage.ground.scatter(item, random, near, max(near, far), turn)


def _place_clutter(main: Item, stage: Stage, azimuth: float, random: Random) -> None:
    """Scatter things that are not for sale, sometimes one partly before the subject."""
    if not stage.clutter:
        return
    for _ in range(random.randint(3, 7)):
        item = simple_item(random.choice(stage.clutter), random)
        near = (main.reach + item.reach) * 0.9
        stage.ground.scatter(item, random, near, near + main.reach * 0.5 + 0.12, random.uniform(0, 360))
    if random.random() < 0.4 and stage.wall is None:
        item = simple_item(random.choice(stage.clutter), random)
        if item.reach > 1.5 * main.reach:
            return item.discard()
        away, aside = main.reach + item.reach * 1.2, random.choice((-0.7, 0.7)) * main.reach
        toward = radians(azimuth)
        x, y = away * sin(toward) + aside * cos(toward), -away * cos(toward) + aside * sin(toward)
        stage.ground.put(item, x, max(y, stage.ground.front + item.reach * 0.3), random.uniform(0, 360))
