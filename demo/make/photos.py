"""The plan of the customer photos, and truth.csv, which tells what each of them shows."""

import csv
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from random import Random

from catalogue import Entry, entries
from kinds import Kind
from render import fingerprint_of

PHOTOS = 80
PHOTO_LOOK = 1  # raise it when rooms, light or the phone change so much that all is to be rendered again
PHOTO_SAMPLES = 8
_DRAW = 170  # chosen so that every kind is the subject of some photos
LANDSCAPE, PORTRAIT = (480, 360), (360, 480)
_BESIDE = {"table": ("table",), "floor": ("floor",), "wall": ("table", "wall")}
_SETTINGS = {
    "table": ("table", "table", "table", "counter", "counter", "shelf", "shelf", "floor", "bed"),
    "floor": ("corner", "corner", "corner", "floor"),
    "wall": ("wall",),
}
_SETTINGS_OF = {"cushion": ("bed", "bed", "corner"), "rug": ("corner",), "sofa": ("corner",)}
_STANDS_ON_FLOORS = ("plant_pot", "lamp", "vase")


@dataclass(frozen=True)
class Photo:
    """One photo: its products, of which the first is what it was taken of, and where."""

    number: int
    products: tuple[Entry, ...]
    setting: str

    @property
    def path(self) -> str:
        """The picture's path relative to truth.csv."""
        return f"photos/{self.number:03d}.jpg"

    def fingerprint(self) -> str:
        """A short hash of all that decides how the photo looks."""
        made = [
            [entry.identifier, entry.kind.source_hash(), entry.product.parameters] for entry in self.products
        ]
        inputs = [PHOTO_LOOK, PHOTO_SAMPLES, LANDSCAPE, self.number, self.setting, made]
        return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Shown:
    """A product seen in a photo: its box is left, top, right and bottom as fractions of the picture."""

    product: str
    box: tuple[float, float, float, float]

    def __str__(self) -> str:
        """The form kept in the photo's JPEG comment."""
        return f"{self.product}={','.join(f'{value:.4f}' for value in self.box)}"


def plan(kinds: list[Kind]) -> list[Photo]:
    """All photos; a new kind takes over a few of them and leaves the others as they are."""
    products = {kind.name: list(entries([kind])) for kind in kinds}
    return [_photo(number, kinds, products) for number in range(1, PHOTOS + 1)]


def _photo(number: int, kinds: list[Kind], products: dict[str, list[Entry]]) -> Photo:
    """Choose what one photo shows and where."""
    kind = max(kinds, key=lambda one: _rank("subject", number, one.name))
    random = Random(f"photo:{number}:{kind.name}")
    chosen = [random.choice(products[kind.name])]
    setting = random.choice(_SETTINGS_OF.get(kind.name, _SETTINGS[kind.place]))
    wanted = random.randint(1, 3) if number % 5 in (1, 3) else 0
    others = [other for other in kinds if _fits_beside(kind, other, setting)]
    others.sort(key=lambda other: _rank("beside", number, other.name))
    for other in others[:wanted]:
        chosen.append(Random(f"beside:{number}:{other.name}").choice(products[other.name]))
    return Photo(number, tuple(chosen), setting)


def _rank(role: str, number: int, name: str) -> str:
    """A lot drawn by a kind; the highest takes the photo, and no other kind's lot depends on it."""
    return hashlib.sha256(f"{_DRAW}:{role}:{number}:{name}".encode()).hexdigest()


def _fits_beside(kind: Kind, other: Kind, setting: str) -> bool:
    """Whether people have products of another kind next to one of this kind."""
    if other.name == kind.name or setting == "bed" and other.place != "table":
        return False
    if kind.place == "floor" and other.name in _STANDS_ON_FLOORS:
        return True
    return other.place in _BESIDE[kind.place]


def is_made(photo: Photo, folder: Path) -> bool:
    """Whether the photo is there and was made from the same inputs."""
    return fingerprint_of(folder / photo.path).split(";")[0] == photo.fingerprint()


def write_truth(folder: Path, photos: list[Photo]) -> int:
    """Write truth.csv for the photos that are there and count its lines."""
    lines = []
    for photo in photos:
        if is_made(photo, folder):
            for shown in fingerprint_of(folder / photo.path).split(";")[1:]:
                lines.append((photo.path, *shown.split("=")))
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        file.write("picture,product,box\n")
        csv.writer(file, quoting=csv.QUOTE_MINIMAL, lineterminator="\n").writerows(lines)
    return len(lines)
