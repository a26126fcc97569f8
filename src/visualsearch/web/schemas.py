"""The shapes that go over HTTP; the API's own description is made of them."""

from pydantic import BaseModel, Field

from visualsearch.domain import Tier
from visualsearch.vision.kinds import KindMeasurement
from visualsearch.web.inputs import Sides


class ProductAnswer(BaseModel):
    """A product without its pictures."""

    id: str
    title: str
    brand: str
    categories: tuple[str, ...]
    price: float | None
    currency: str
    description: str
    url: str
    attributes: dict[str, str]


class SharedPrintAnswer(BaseModel):
    """Where a hit's picture shows the print of the asked one."""

    probability: float = Field(description="That it is the same print, 0 to 1.")
    query: list[tuple[float, float]] = Field(
        description="Places in the searched box, across and down, as fractions of its longer side."
    )
    found: list[tuple[float, float]] = Field(description="The same places in the hit's box.")
    picture_url: str | None = Field(description="A drawing of both, kept for some minutes.")


class HitAnswer(BaseModel):
    """One product of an answer, with its picture that fits best."""

    product: ProductAnswer
    picture: str
    picture_url: str
    pictures: tuple[str, ...] = Field(description="The ids of all its pictures, the main one first.")
    box: Sides = Field(description="The part of the picture that fits.")
    score: float = Field(description="Cosine similarity of the best view; larger is nearer.")
    reasons: tuple[str, ...]
    tier: Tier = Field(description="Whether it is the very product, or how like it.")
    probability: float | None = Field(
        description="That it is the very product, as look, print and colours have it; "
        "null where only the look was compared."
    )
    signals: dict[str, float] = Field(
        description="What look, print, colour, words and kind add to the odds, in natural logarithm."
    )
    shared_print: SharedPrintAnswer | None
    variants: tuple[str, ...] = Field(description="Products folded into this one: nearly the same picture.")


class TagAnswer(BaseModel):
    """A word for what is seen in what was asked."""

    field: str = Field(examples=["colour", "kind"])
    name: str
    confidence: float = Field(description="0 to 1; of a colour, its share.")


class FacetAnswer(BaseModel):
    """How many of the products that were found have each value of a field."""

    field: str
    values: dict[str, int] = Field(description="The most frequent first.")
    low: float | None = Field(description="The least of the values that are numbers, if any is.")
    high: float | None = Field(description="The largest of them.")


class SuggestionAnswer(BaseModel):
    """How words that were begun may go on."""

    words: str = Field(description="All of them, the last completed.")
    field: str = Field(examples=["category", "brand", "colour", "kind"])
    count: int = Field(description="Of how many products that is written.")


class Suggestions(BaseModel):
    """How words that were begun may go on, the most frequent first."""

    suggestions: list[SuggestionAnswer]


class MaskAnswer(BaseModel):
    """Which places of a box are of what was found there."""

    rows: int
    columns: int
    runs: list[int] = Field(
        description="Lengths of runs, row by row: of places outside, then inside, and so by turns.",
        examples=[[3, 5, 2, 6]],
    )


class RegionAnswer(BaseModel):
    """A part of the asked picture that may be searched for."""

    box: Sides
    kind: str
    score: float = Field(description="How sure it is, 0 to 1.")
    mask: MaskAnswer | None
    is_searched: bool = Field(description="Whether it was looked at beside the box of the answer.")
    hits: list[HitAnswer] | None = Field(description="Its like, where group=region asks for that.")


class SearchAnswer(BaseModel):
    """What was found, the best first."""

    hits: list[HitAnswer]
    regions: list[RegionAnswer] = Field(description="What the picture shows, the surest first.")
    asked_url: str | None = Field(description="The asked picture itself, kept for some minutes.")
    searched_url: str | None = Field(description="A drawing of what was searched, kept for some minutes.")
    box: Sides = Field(description="The part of the asked picture that was searched.")
    change: int = Field(description="The number of the last change of the catalogue that is known.")
    seconds: dict[str, float] = Field(description="Seconds spent, by stage.")
    is_checked: bool = Field(description="Whether prints were compared.")
    is_hurried: bool = Field(
        description="Whether print and colours were left out, and products not looked for in the picture, "
        "because so many asked; ask again when fewer do."
    )
    found: bool = Field(description="Whether anything good was found: false where the best is weak.")
    facets: list[FacetAnswer]
    tags: list[TagAnswer]


class KindsAnswer(BaseModel):
    """The kinds that a shop's products are told by, and how well that goes."""

    kinds: tuple[str, ...]
    ensemble: KindMeasurement
    forest: KindMeasurement = Field(description="The random forest alone.")
    weights: tuple[float, ...] = Field(description="Of the linear model, the forest and the neighbours.")
    confusion: tuple[tuple[str, str, int], ...] = Field(
        description="The kind, what it was taken for, and how often; the most frequent first."
    )


class FailureAnswer(BaseModel):
    """Why one thing could not be done."""

    code: str
    message: str


class PictureState(BaseModel):
    """One picture of a stored product: searchable, or why not."""

    source: str
    picture: str | None
    picture_url: str | None
    failure: FailureAnswer | None


class StoredProduct(BaseModel):
    """A product as it is stored."""

    product: ProductAnswer
    pictures: list[PictureState]


class StoredProducts(BaseModel):
    """The products of a batch as they are stored, in their order."""

    products: list[StoredProduct]


class Sample(BaseModel):
    """A picture to try the search with."""

    name: str
    url: str


class Samples(BaseModel):
    """The pictures to try the search with."""

    samples: list[Sample]


class KeptPhoto(BaseModel):
    """A photo that a link can show."""

    photo: str | None = Field(description="Its id; null where this server keeps none.")


class Health(BaseModel):
    """The process is alive."""

    alive: bool


class Readiness(BaseModel):
    """The search can answer."""

    ready: bool
    products: int
    pictures: int


class FieldProblem(BaseModel):
    """What is wrong with one field of a request."""

    field: str
    message: str


class Problem(BaseModel):
    """Why a request failed, as RFC 9457 says."""

    type: str
    title: str
    status: int
    detail: str
    instance: str = Field(description="The id of the request, as in the header X-Request-ID.")
    code: str = Field(description="A stable word for machines.", examples=["not-a-picture"])
    errors: list[FieldProblem] | None = Field(None, description="The fields that are wrong.")
