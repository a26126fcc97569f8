"""The nouns: frozen values without input or output that flow between the layers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NewType

import numpy as np
from numpy.typing import NDArray

ProductId = NewType("ProductId", str)
"""The seller's own name of a product."""

PictureId = NewType("PictureId", str)
"""The SHA-256 of a picture's encoded bytes, as 64 hexadecimal digits."""

Row = NewType("Row", int)
"""A position in the vector index; given once and never used again."""

Pixels = NDArray[np.uint8]
"""Shape (height, width, 3): RGB, upright, sRGB, 0 to 255."""

Vector = NDArray[np.float32]
"""Shape (dimension,), of length 1."""

Vectors = NDArray[np.float32]
"""Shape (count, dimension), each row of length 1."""

Rows = NDArray[np.int64]
"""Shape (count,): rows of the index."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle as fractions of the upright picture, 0 to 1, with left < right and top < bottom."""

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if not (0 <= self.left < self.right <= 1 and 0 <= self.top < self.bottom <= 1):
            raise ValueError(
                "expected a box of fractions with 0 <= left < right <= 1 and 0 <= top < bottom <= 1, "
                f"found {self.left:g},{self.top:g},{self.right:g},{self.bottom:g}"
            )


WHOLE = Box(0, 0, 1, 1)
"""The box of the whole picture."""


@dataclass(frozen=True, slots=True)
class Product:
    """What the seller says of one product; what is not said is None or empty, never a text like "NA"."""

    id: ProductId
    title: str = ""
    brand: str = ""
    categories: tuple[str, ...] = ()
    """From the widest to the narrowest."""
    price: float | None = None
    currency: str = ""
    """The ISO 4217 code, or empty where the catalogue does not tell."""
    description: str = ""
    url: str = ""
    """The product's own page."""
    pictures: tuple[str, ...] = ()
    """Where the pictures are: absolute paths, http(s) URLs or data URIs, the main one first."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """Whatever else the catalogue tells, by the catalogue's own names."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A decoded picture."""

    id: PictureId
    pixels: Pixels


Mask = NDArray[np.uint8]
"""Shape (rows, columns), 0 to 255: how surely each place of a box is of what was found there."""


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """A part of a picture that may be searched for."""

    box: Box
    kind: str
    score: float
    """How sure the model is, 0 to 1; not to be compared between models."""
    mask: Mask | None = None
    """In any number of rows and columns; None where the model tells boxes alone."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a picture to look."""

    box: Box = WHOLE
    regions: tuple[Region, ...] = ()
    """Parts that are looked at as well; they count by their scores, and all of them no more than the box."""


FEATURE = np.dtype(
    [("place", "<u2", 2), ("size", "u1"), ("angle", "u1"), ("word", "<u2"), ("code", "u1", 32)]
)
"""How a feature is stored, in 40 bytes."""
SIZE_STEPS = 40
"""For each factor of e that a feature is smaller than the picture."""


@dataclass(frozen=True, slots=True, eq=False)
class Print:
    """What is printed on a picture: places with codes that are alike where the same print is seen."""

    places: NDArray[np.float32]
    """Shape (count, 2): across and down, as fractions of the picture's longer side, 0 to 1."""
    sizes: NDArray[np.float32]
    """Shape (count,): the diameter of what was described, as a fraction of the longer side."""
    angles: NDArray[np.float32]
    """Shape (count,): the direction of the print there, in radians."""
    words: NDArray[np.uint16]
    """Shape (count, choices): the visual words nearest to each code, the nearest first; only that is kept."""
    codes: NDArray[np.uint8]
    """Shape (count, 32): two codes are as unlike as bits of them differ."""

    def encode(self) -> bytes:
        """Write it in 40 bytes a feature, places to 65535ths and angles to 256ths of a turn."""
        features = np.empty(len(self.codes), FEATURE)
        features["place"] = np.round(self.places * 65535)
        features["size"] = np.clip(np.round(-SIZE_STEPS * np.log(self.sizes)), 0, 255)
        features["angle"] = np.round(self.angles * (128 / np.pi)).astype(np.int64) % 256
        features["word"] = self.words[:, 0]
        features["code"] = self.codes
        return features.tobytes()

    @classmethod
    def decode(cls, encoded: bytes) -> "Print":
        """Read what ``encode`` wrote; raises ValueError for another length."""
        features = np.frombuffer(encoded, FEATURE)
        return cls(
            places=np.asarray(features["place"] / np.float32(65535), np.float32),
            sizes=np.exp(features["size"] / np.float32(-SIZE_STEPS), dtype=np.float32),
            angles=np.asarray(features["angle"] * np.float32(np.pi / 128), np.float32),
            words=features["word"][:, None].copy(),
            codes=features["code"].copy(),
        )

    def __len__(self) -> int:
        """Count the features."""
        return len(self.codes)


@dataclass(frozen=True, slots=True)
class View:
    """What the eye saw in one box of a picture."""

    box: Box
    vector: Vector
    print: bytes = b""
    """What is printed there, as ``Print`` encodes it; empty where nothing is, or it was not looked for."""
    colours: bytes = b""
    """The signature of its colours; empty where it was not looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Closeup:
    """What print and colours a query is searched by, in one box of a picture."""

    print: Print
    colours: bytes
    """As in ``View``."""

    @classmethod
    def of(cls, view: View) -> "Closeup":
        """Take what the catalogue keeps of a view."""
        return cls(Print.decode(view.print), view.colours)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one item of a batch could not be done: a value, so that the rest of the batch goes on."""

    code: str
    """A stable word for machines, such as ``not-found`` or ``not-a-picture``."""
    message: str
    """What was expected, what was found and what to do, for people."""
    subject: str
    """The line, URL, path or id that it is about."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One picture of a product as ingest left it: seen (``picture`` is set) or failed (``failure`` is)."""

    source: str
    """The path or URL that the catalogue gave."""
    validator: str
    """Differs when the bytes behind the source may differ; a file's size and time of change."""
    picture: PictureId | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A product as it is stored, with one sighting for each of its pictures, in their order."""

    product: Product
    sightings: tuple[Sighting, ...] = ()

    @property
    def pictures(self) -> tuple[PictureId, ...]:
        """Name the pictures that were seen, the main one first."""
        return tuple(sighting.picture for sighting in self.sightings if sighting.picture is not None)


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the index: a box in a picture of a product."""

    row: Row
    product: ProductId
    picture: PictureId
    box: Box


@dataclass(frozen=True, slots=True)
class Seen:
    """What a map shows of one row of the index."""

    row: Row
    vector: Vector
    categories: tuple[str, ...]
    """From the widest to the narrowest."""
    kind: str
    """The kind that it was tagged with, or empty."""
    price: float | None
    colours: bytes
    """As in ``View``."""


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the change log: a row that came (with its vector) or went (``vector`` is None)."""

    number: int
    """Grows with each change, starting at 1."""
    row: Row
    vector: Vector | None
    print: bytes = b""
    """As in ``View``."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a catalogue holds."""

    products: int
    pictures: int
    failed_pictures: int
    rows: int
    """The rows that the present eye can search."""


Colour = Literal[
    "same", "any",
    "black", "white", "grey", "beige", "brown", "red", "maroon", "pink", "orange", "yellow", "green", "olive",
    "turquoise", "blue", "navy", "purple", "silver", "gold", "multicolour",
]  # fmt: skip
"""The colours that are wanted: those of what is asked, any, or products tagged with the one named first."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A word for what is seen in a product's pictures."""

    field: str
    """What kind of word: ``colour`` or ``kind``."""
    name: str
    confidence: float
    """0 to 1; of a colour, its share of the product."""


@dataclass(frozen=True, slots=True)
class Among:
    """Whether a field of a product is one of some values, upper and lower case alike.

    The fields are ``category`` (a name anywhere in the tree, or a path from the widest, parted by ``>``),
    ``brand``, ``price``, ``currency``, those of tags, and the catalogue's own attributes.
    """

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """Whether a field of a product is a number between two others, both included."""

    field: str
    low: float = -math.inf
    high: float = math.inf


@dataclass(frozen=True, slots=True)
class Every:
    """Whether all conditions hold."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    """Whether one of the conditions holds."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """Whether a condition does not hold, as of a product that lacks its field."""

    part: "Condition"


Condition = Among | Between | Every | Some | Not
"""What the shopper lets through."""


@dataclass(frozen=True, slots=True)
class Facet:
    """How many products have each value of a field."""

    field: str
    values: Mapping[str, int]
    """The most frequent first."""
    low: float | None = None
    """The least of the values that are numbers, if any is."""
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """How words that were begun may go on."""

    words: str
    """All of them, the last completed by what is written of products."""
    field: str
    """Where that is written: category, brand, colour or kind."""
    count: int
    """Of how many products."""


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked: a picture's encoded bytes or a product to find the like of, words, or both."""

    picture: bytes | None = None
    product: ProductId | None = None
    box: Box | None = None
    """The part of the picture to search; None leaves the choice to the eye."""
    detect: bool = True
    """Whether the eye may choose; else the whole picture is searched where no box is given."""
    by_region: bool = False
    """Whether the like of each product in the picture is found as well."""
    limit: int = 10
    exclude: frozenset[ProductId] = frozenset()
    words: str = ""
    """What to find, in words: they order what looks alike, and find by themselves where nothing is shown."""
    colour: Colour = "same"
    where: Condition | None = None
    """What is let through; all else only orders."""
    like: tuple[ProductId, ...] = ()
    unlike: tuple[ProductId, ...] = ()
    """Products that the answer shall be more, and less, like."""
    facets: tuple[str, ...] = ()
    """Fields whose values are counted in what was found."""
    fold: bool = False
    """Whether products that show nearly the same picture are one hit."""
    weights: tuple[tuple[str, float], ...] = ()
    """What ``kind`` and ``words`` add to the odds, where it shall differ from what was chosen."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The nearest rows of each query vector, the best first; entry i answers query i."""

    rows: NDArray[np.int64]
    """Shape (queries, k); -1 past the query's count."""
    scores: NDArray[np.float32]
    """Shape (queries, k): cosine similarity, larger is nearer; 0 past the query's count."""
    counts: NDArray[np.int64]
    """Shape (queries,): how many rows were found."""


@dataclass(frozen=True, slots=True, eq=False)
class SharedPrint:
    """What of a query's print was found on a picture."""

    probability: float
    """That it is the same print, 0 to 1."""
    query: NDArray[np.float32]
    """Shape (count, 2): places in the searched box, across and down, as fractions of its longer side."""
    found: NDArray[np.float32]
    """Shape (count, 2): the same places in the box of the picture that was found, in the same order."""


Tier = Literal["exact", "close", "similar", "weak"]
"""Whether a product is the very one that was asked for, as its print tells, or how like it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One product of an answer, with its picture that fits best."""

    product: Product
    picture: PictureId
    pictures: tuple[PictureId, ...]
    """All pictures of the product that were seen, the main one first."""
    box: Box
    score: float
    """The cosine similarity of the best view, larger is nearer."""
    reasons: tuple[str, ...]
    """Why it is here, in words for the shopper."""
    probability: float | None = None
    """That it is the very product, as all evidence has it; None where only the vectors were compared."""
    tier: Tier = "similar"
    signals: Mapping[str, float] = field(default_factory=dict)
    """What look, print and colour add to the odds, in their natural logarithm."""
    shared_print: SharedPrint | None = None
    variants: tuple[ProductId, ...] = ()
    """Products that are folded into this hit, for they show nearly the same picture."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, and what it cost."""

    hits: tuple[Hit, ...]
    box: Box
    """The part of the picture that was searched."""
    change: int
    """The number of the last change of the catalogue that the answer knows of."""
    seconds: Mapping[str, float]
    """Seconds spent, by stage, in the order of the stages."""
    is_checked: bool = False
    """Whether prints were compared: not where the vectors alone are sure, nor where nothing is printed."""
    is_hurried: bool = False
    """Whether print and colours were left out because so many asked; asked again, it may be another."""
    found: bool = True
    """Whether anything good was found: False where the best is weak."""
    facets: tuple[Facet, ...] = ()
    tags: tuple[Tag, ...] = ()
    """What is seen in what was asked."""
    regions: tuple[Region, ...] = ()
    """What may be searched for in the asked picture, the surest first."""
    searched_regions: int = 0
    """How many of them, the first ones, were searched beside the box."""
    by_region: tuple[tuple[Hit, ...], ...] = ()
    """The hits of each region, where they were asked for."""
    eye: str = ""
    """The name of the eye that it comes by."""
