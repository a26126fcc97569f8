"""The shapes of what whoever runs the shop asks for, and of what they are told."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from visualsearch.jobs.board import State
from visualsearch.jobs.journal import Kind
from visualsearch.web.schemas import RegionAnswer, StoredProduct, TagAnswer

MOST_ASKED = 1_000
PAGE = 100


class SideInput(BaseModel):
    """What is measured: the search as the shop has it, but for what is said here."""

    model_config = ConfigDict(extra="forbid")

    model: Annotated[str, Field(max_length=100)] | None = Field(
        None, description="An installed model, whose vectors alone are compared; see /v1/admin/models."
    )
    evidence: bool = Field(default=True, description="Whether print and colours are weighed.")
    detect: bool = Field(default=True, description="Whether products are found in the photo first.")


class EvaluationInput(BaseModel):
    """How the search shall be measured: by photos made of the shop's own products."""

    model_config = ConfigDict(extra="forbid")

    products: int = Field(100, ge=1, le=MOST_ASKED, description="Of how many products photos are made.")
    sides: list[SideInput] = Field(
        [SideInput(model=None)], min_length=1, max_length=2, description="Two are compared."
    )

    @model_validator(mode="after")
    def _can_be_compared(self) -> Self:
        if len({side.model is None for side in self.sides}) > 1:
            raise ValueError("expected a model on both sides or on none")
        return self


class ProgressAnswer(BaseModel):
    """How far a job is."""

    stage: str
    fraction: float = Field(description="Of the stage, 0 to 1.")
    seconds: float = Field(description="Since this run began.")
    left_s: float | None = Field(description="Seconds until the stage ends, if it goes on as it went.")
    rate_per_s: float | None = Field(description="Pictures looked at in a second.")
    counts: dict[str, int] = Field(
        description="stored, unchanged (products), looked, reused, failed_pictures, failed_lines."
    )
    message: str = Field(description="What it came to, or why it failed.")


class JobAnswer(BaseModel):
    """Long work beside the server, as it is just now."""

    id: str
    kind: Kind
    name: str
    created_s: float = Field(description="Seconds since 1970.")
    state: State = Field(description="interrupted: its process has gone without an end; resume it.")
    progress: ProgressAnswer


class Jobs(BaseModel):
    """All jobs that are kept, the newest first."""

    jobs: list[JobAnswer]


class FailedAnswer(BaseModel):
    """One thing that could not be done."""

    product: str = Field(description="Empty for a line that could not be read.")
    subject: str
    code: str
    message: str


class FailedAnswers(BaseModel):
    """Some of what could not be done."""

    failures: list[FailedAnswer]


class Listed(BaseModel):
    """Some of the products that fit what was asked."""

    products: list[StoredProduct]
    total: int = Field(description="How many fit in all.")


class PerceivedAnswer(BaseModel):
    """What the eye sees in one picture."""

    regions: list[RegionAnswer] = Field(description="The surest first.")
    tags: list[TagAnswer] = Field(description="Its colours with their shares, and the likeliest kinds.")


class InstalledAnswer(BaseModel):
    """A model that is here and embeds pictures."""

    name: str
    dimension: int
    is_used: bool


class InstalledModels(BaseModel):
    """The models that can be measured."""

    models: list[InstalledAnswer]


class SampleAnswer(BaseModel):
    """One number of a meter, by Prometheus's names."""

    name: str
    labels: dict[str, str]
    value: float | None = Field(description="null where it cannot be had just now.")


class MetersAnswer(BaseModel):
    """What the process counts and measures of itself."""

    samples: list[SampleAnswer]
