"""Model files and their cards: what a model is, where it came from, and whether the file is that one."""

import hashlib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from visualsearch.errors import WeightsMismatch

MODELS = Path(__file__).parent / "models"
"""The models that come with the package, each with its card."""


class Frozen(BaseModel):
    """A part of a card."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Pictures(Frozen):
    """Pictures that a model was made with."""

    pictures: dict[str, int] = Field(description="How many of each set.")
    licence: str


class Input(Frozen):
    """What a model takes."""

    layout: Literal["NHWC"] = "NHWC"
    type: Literal["uint8"] = "uint8"
    channels: Literal["RGB"] = "RGB"
    size: int = Field(gt=0, le=4096, description="Width and height in pixels.")
    range: tuple[int, int] = (0, 255)
    preparation: str = Field(description="How any picture becomes one of this size; see vision.embed.")


class Measurement(Frozen):
    """One number that was measured."""

    what: str
    value: float
    conditions: str


class Card(Frozen):
    """Everything about one model file."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    version: str
    description: str
    file: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]*\.onnx$", description="Beside the card.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size_bytes: int = Field(gt=0)
    licence: str
    source: str = Field(description="Where the weights are from: package and version.")
    recipe: str = Field(description="The command that makes the file.")
    trained_on: Pictures | None = Field(default=None, description="What its weights learnt from.")
    calibration: Pictures | None = Field(default=None, description="What set the ranges of the integers.")
    input: Input
    dimension: int = Field(gt=0, description="Of the output: float32 vectors of length 1.")
    measured: tuple[Measurement, ...] = ()


def packaged(name: str) -> tuple[Path, Card]:
    """Find a model that comes with the package and check it; raises WeightsMismatch."""
    return checked_model(MODELS / f"{name}.json")


def checked_model(card: Path) -> tuple[Path, Card]:
    """Read a card and check that the file beside it has the size and checksum it names.

    Raises WeightsMismatch; a file that passes is safe to hand to a runtime.
    """
    read = read_card(card)
    path = card.parent / read.file
    found = _read(path)
    digest = hashlib.sha256(found).hexdigest()
    if len(found) != read.size_bytes or digest != read.sha256:
        raise WeightsMismatch(
            f"expected {read.size_bytes} bytes with sha256 {read.sha256} in {path}, "
            f"found {len(found)} bytes with {digest}; install visualsearch again or make the model anew"
        )
    return path, read


def read_card(path: Path) -> Card:
    """Read a model's card; raises WeightsMismatch if there is none that can be understood."""
    try:
        return Card.model_validate_json(_read(path))
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
        raise WeightsMismatch(
            f"expected a model file in {path}, found: {error.strerror}; install visualsearch again"
        ) from error
