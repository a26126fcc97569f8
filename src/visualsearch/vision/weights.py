"""Model files and their cards: what a model is, where it came from, and whether the file is that one."""

import hashlib
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from visualsearch.errors import WeightsMismatch

MODELS = Path(__file__).parent / "models"
"""The models that come with the package, each with its card."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Channels = tuple[float, float, float]
"""One number for red, green and blue."""


class Frozen(BaseModel):
    """A part of a card."""

    model_config = ConfigDict(frozen=True, extra="forbid")


AnyCard = TypeVar("AnyCard", bound=Frozen)


class Pictures(Frozen):
    """Pictures that a model was made with."""

    pictures: dict[str, int] = Field(description="How many of each set.")
    licence: str


class Input(Frozen):
    """What a model takes."""

    layout: Literal["NHWC", "NCHW"] = "NHWC"
    type: Literal["uint8", "float32"] = Field(
        default="uint8", description="uint8 is given as it is, float32 as (value / 255 - mean) / std."
    )
    channels: Literal["RGB"] = "RGB"
    size: int = Field(gt=0, le=4096, description="Width and height in pixels.")
    range: tuple[int, int] = (0, 255)
    mean: Channels = (0, 0, 0)
    std: Channels = (1, 1, 1)
    preparation: str = Field(description="How any picture becomes one of this size; see vision.prepare.")


class Output(Frozen):
    """What of a model's outputs is the vector."""

    name: str | None = Field(default=None, description="By default the first output.")
    token: int | None = Field(default=None, ge=0, description="Which row of count x tokens x dimension.")
    scaled: bool = Field(default=True, description="Whether the model gives length 1 by itself.")


class File(Frozen):
    """A file beside the card."""

    file: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*\.(onnx|json)$")
    sha256: Sha256
    size_bytes: int = Field(gt=0)


class Words(Frozen):
    """How words are brought into a model's input."""

    max_tokens: int = Field(gt=0, le=4096)
    padded: bool = Field(default=False, description="Whether every input has max_tokens tokens.")
    pad_token: int = 0
    lower_case: bool = False
    output: Output = Output()


class TextTower(Frozen):
    """The part of a model that maps words to where pictures of them are."""

    model: File
    tokenizer: File
    words: Words


class Measurement(Frozen):
    """One number that was measured."""

    what: str
    value: float
    conditions: str


class FileCard(Frozen):
    """What any model's file is, where it came from and what it was made with."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    version: str
    description: str
    file: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*\.onnx$", description="Beside the card.")
    sha256: Sha256
    size_bytes: int = Field(gt=0)
    licence: str
    source: str = Field(description="Where the weights are from: package and version.")
    recipe: str = Field(description="The command that makes the file.")
    trained_on: Pictures | None = Field(default=None, description="What its weights learnt from.")
    calibration: Pictures | None = Field(default=None, description="What set the ranges of the integers.")


class Card(FileCard):
    """Everything about one embedding model's file."""

    input: Input
    output: Output = Output()
    dimension: int = Field(gt=0, description="Of the output: float32 vectors of length 1.")
    text: TextTower | None = Field(default=None, description="Absent where the model knows no words.")
    measured: tuple[Measurement, ...] = ()


Family = Literal["one-stage", "faster-rcnn", "ssd", "yolov3", "fcn"]
"""How pictures become a detector's input and its outputs boxes; see vision.detectors."""


class DetectorCard(FileCard):
    """Everything about one file of a model that finds things in pictures."""

    family: Family
    size: int = Field(gt=0, le=4096, description="Of its input in pixels; which side is the family's matter.")
    kinds: tuple[str, ...] = Field(description="Of boxes, by the numbers that the model gives them.")
    surfaces: tuple[str, ...] = Field(
        default=(), description="Of pixels, the first being the background; empty for boxes alone."
    )
    least_score: float = Field(ge=0, le=1, description="Of what is told at all.")
    measured: tuple[Measurement, ...] = ()


def packaged(name: str) -> tuple[Path, Card]:
    """Find a model that comes with the package and check it; raises WeightsMismatch."""
    return checked_model(MODELS / f"{name}.json")


def checked_model(card: Path) -> tuple[Path, Card]:
    """Read an embedding model's card and check that the file beside it has the size and checksum it names.

    Raises WeightsMismatch; a file that passes is safe to hand to a runtime.
    """
    read = read_card(card)
    return _checked(card, read), read


def checked_detector(card: Path) -> tuple[Path, DetectorCard]:
    """Do the same for a model that finds things in pictures."""
    read = read_card_as(DetectorCard, card)
    return _checked(card, read), read


def _checked(card: Path, read: FileCard) -> Path:
    path = card.parent / read.file
    check_file(path, sha256=read.sha256, size_bytes=read.size_bytes)
    return path


def check_file(path: Path, *, sha256: str, size_bytes: int) -> None:
    """Check that a file has a size and a checksum; raises WeightsMismatch."""
    found_bytes, digest = path.stat().st_size if path.is_file() else 0, sha256_of(path)
    if found_bytes != size_bytes or digest != sha256:
        raise WeightsMismatch(
            f"expected {size_bytes} bytes with sha256 {sha256} in {path}, "
            f"found {found_bytes} bytes with {digest}; install visualsearch again or make the model anew"
        )


def sha256_of(path: Path) -> str:
    """Compute a file's checksum, however large it is; raises WeightsMismatch if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unread(path, error) from error


def read_card(path: Path) -> Card:
    """Read an embedding model's card; raises WeightsMismatch if there is none that can be understood."""
    return read_card_as(Card, path)


def read_card_as(kind: type[AnyCard], path: Path) -> AnyCard:
    """Read a card of a kind; raises WeightsMismatch if there is none that can be understood."""
    try:
        return kind.model_validate_json(_read(path))
    except ValidationError as error:
        first = error.errors()[0]
        raise WeightsMismatch(
            f"expected a model card in {path}, found {'.'.join(map(str, first['loc'])) or 'the file'}: "
            f"{first['msg']}; install visualsearch again"
        ) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unread(path, error) from error


def _unread(path: Path, error: OSError) -> WeightsMismatch:
    return WeightsMismatch(
        f"expected a model file in {path}, found: {error.strerror}; install visualsearch again"
    )
