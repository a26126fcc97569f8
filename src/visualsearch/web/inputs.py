"""The shapes that come over HTTP, with their bounds."""

from typing import Annotated, Literal, Self

from fastapi import Path
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from visualsearch.domain import Box, Colour
from visualsearch.search.where import LONGEST

MAX_HITS = 100
MAX_PRODUCTS = 100
MAX_EXCLUDED = 100
MAX_EXAMPLES = 20
MAX_FACETS = 20


def _split(box: object) -> object:
    return box.split(",") if isinstance(box, str) else box


def _check_box(sides: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    Box(*sides)
    return sides


def _check_picture_url(url: str) -> str:
    if not url.startswith(("http://", "https://", "data:")):
        raise ValueError("expected an http(s) URL or a data URI")
    return url


def _check_picture(source: str) -> str:
    if not source.startswith(("http://", "https://", "data:", "sha256:")):
        raise ValueError("expected an http(s) URL, a data URI, or sha256: and the id of a kept picture")
    return source


def _check_link(url: str) -> str:
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("expected an http(s) URL or nothing")
    return url


Id = Annotated[str, Field(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["B07X"])]
InPath = Annotated[Id, Path(description="The seller's own id; it may hold slashes.")]
Sides = tuple[float, float, float, float]
BoxSides = Annotated[
    Sides,
    AfterValidator(_check_box),
    Field(description="Left, top, right, bottom as fractions of the picture.", examples=[[0, 0, 0.5, 1]]),
]
BoxText = Annotated[
    Sides,
    BeforeValidator(_split),
    AfterValidator(_check_box),
    WithJsonSchema({"type": "string", "description": "left,top,right,bottom as fractions of the picture."}),
]
Limit = Annotated[int, Field(ge=1, le=MAX_HITS, description="How many products to find at most.")]
Excluded = Annotated[list[Id], Field(max_length=MAX_EXCLUDED, description="Products to leave out.")]
Said = Annotated[
    str,
    Field(max_length=1000, description="What to find, in words; beside a picture they order what is alike."),
]
ColourChoice = Annotated[
    Colour,
    Field(description="The colours of the picture, any, or one by its name: products of it come first."),
]
PictureUrl = Annotated[str, AfterValidator(_check_picture_url)]
PictureSource = Annotated[str, AfterValidator(_check_picture)]
Text = Annotated[str, Field(max_length=1000)]
Examples = Annotated[
    list[Id], Field(max_length=MAX_EXAMPLES, description="Products to be more, or less, like.")
]
Fields = Annotated[
    list[Annotated[str, Field(min_length=1, max_length=200)]],
    Field(max_length=MAX_FACETS, description="Fields whose values are counted in what was found."),
]


class SearchOptions(BaseModel):
    """What every search may say."""

    model_config = ConfigDict(extra="forbid")

    words: Said = ""
    limit: Limit = 10
    exclude: Excluded = []
    colour: ColourChoice = "same"
    where: str = Field(
        "",
        max_length=LONGEST,
        description="What is let through.",
        examples=['brand = "Nike" and price < 50 and not category in (Boots, "Home > Lamps")'],
    )
    like: Examples = []
    unlike: Examples = []
    facets: Fields = []
    detect: bool = Field(
        default=True,
        description="Whether the products in the picture are found first; off searches the whole picture.",
    )
    group: Literal["region"] | None = Field(
        None, description="Finds the like of each product in the picture as well."
    )
    fold: bool = Field(
        default=False, description="Whether products that show nearly the same picture are one hit."
    )


class SearchForm(SearchOptions):
    """A search by an uploaded picture, by words, or by both."""

    picture: Annotated[bytes, WithJsonSchema({"type": "string", "format": "binary"})] = Field(
        b"", validate_default=True
    )
    box: BoxText | None = None

    @field_validator("picture")
    @classmethod
    def _has_something(cls, picture: bytes, others: ValidationInfo) -> bytes:
        if not picture and not others.data.get("words"):
            raise ValueError("expected a picture or words")
        return picture


class SearchRequest(SearchOptions):
    """A search by a picture's address or for the like of a product, by words, or by both."""

    url: PictureUrl | None = Field(None, description="An http(s) URL or a data URI of a picture.")
    product: Id | None = Field(None, description="The id of a product to find the like of.")
    box: BoxSides | None = None

    @model_validator(mode="after")
    def _has_one_of_two(self) -> Self:
        if self.url is not None and self.product is not None:
            raise ValueError("expected either url or product")
        if self.url is None and self.product is None and not self.words:
            raise ValueError("expected url, product or words")
        return self


class ProductInput(BaseModel):
    """What the seller says of a product."""

    model_config = ConfigDict(extra="forbid")

    title: Text = ""
    brand: Text = ""
    categories: list[Text] = Field([], max_length=20, description="From the widest to the narrowest.")
    price: float | None = Field(None, ge=0, allow_inf_nan=False)
    currency: str = Field("", pattern="^([A-Z]{3})?$", description="The ISO 4217 code, or empty.")
    description: str = Field("", max_length=20_000)
    url: Annotated[str, Field(max_length=2048), AfterValidator(_check_link)] = ""
    pictures: list[PictureSource] = Field(
        [],
        max_length=100,
        description="http(s) URLs or data URIs, the main picture first; "
        "or sha256: and a picture's id for one that is kept already.",
    )
    attributes: dict[Text, Text] = Field({}, max_length=100)


class ProductInputWithId(ProductInput):
    """A product of a batch."""

    id: Id


class ProductsInput(BaseModel):
    """A batch of products with different ids."""

    model_config = ConfigDict(extra="forbid")

    products: list[ProductInputWithId] = Field(min_length=1, max_length=MAX_PRODUCTS)

    @model_validator(mode="after")
    def _has_different_ids(self) -> Self:
        if len({product.id for product in self.products}) < len(self.products):
            raise ValueError("expected products with different ids")
        return self
