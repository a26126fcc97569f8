"""Weighs what speaks for each candidate, by a small model that learnt what it is worth for a query."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from visualsearch.errors import WeightsMismatch
from visualsearch.search.evidence import FEATURES, SIGNALS, Evidence
from visualsearch.vision.session import Session, open_session
from visualsearch.vision.weights import MODELS, File, Measurement, Pictures, check_file, read_card_as

CARD = MODELS / "fusion" / "fusion.json"
Numbers = NDArray[np.float32]


class JudgeCard(File):
    """What the fusion is, where it came from, and how good it is."""

    version: str
    description: str
    licence: str
    recipe: str = Field(description="The command that makes the file.")
    features: tuple[str, ...] = Field(description="What it weighs, in this order.")
    trained_on: Pictures
    questions: Annotated[dict[str, int], Field(description="How many of each task it learnt from.")]
    measured: tuple[Measurement, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """What the candidates of one query are worth; entry i of each array is of candidate i."""

    adds: Numbers
    """Shape (candidates, features + 1): what each feature adds to the odds; the last is the same for all."""
    same_print: Numbers
    """The probability that the query shows the very print of the candidate; 0 where nothing agrees."""

    def odds(self, without: frozenset[str] = frozenset()) -> Numbers:
        """Add up the logits of the probability that a candidate is the very product, without some signals."""
        left_out = [column for signal in without for column in SIGNALS[signal]]
        return np.asarray(self.adds.sum(axis=1) - self.adds[:, left_out].sum(axis=1), np.float32)


class Judge:
    """Runs the fusion model."""

    def __init__(self, session: Session, features: tuple[str, ...] = FEATURES) -> None:
        if features != FEATURES:
            raise WeightsMismatch(
                f"expected a model that weighs {', '.join(FEATURES)}, found one that weighs "
                f"{', '.join(features)}; install visualsearch again or make the model anew"
            )
        self._session = session

    @classmethod
    def packaged(cls) -> "Judge":
        """Load the model that comes with the package; raises WeightsMismatch."""
        return cls.open(CARD)

    @classmethod
    def open(cls, card: Path) -> "Judge":
        """Load a model by its card; raises WeightsMismatch."""
        read = read_card_as(JudgeCard, card)
        path = card.parent / read.file
        check_file(path, sha256=read.sha256, size_bytes=read.size_bytes)
        # So small that threads and another runtime's compilation would only cost.
        return cls(open_session(path, threads=1, runtime="onnxruntime"), read.features)

    def weigh(self, evidence: Evidence) -> Judgement:
        """Judge the candidates of one query together: what is worth most depends on what there is."""
        features = evidence.features()
        if not len(features):
            return Judgement(np.zeros((0, len(FEATURES) + 1), np.float32), np.zeros(0, np.float32))
        judged = self._session.run(features)
        same = np.asarray(1 / (1 + np.exp(-judged[:, -1])), np.float32)
        return Judgement(judged[:, :-1], np.where(evidence.agreeing > 0, same, 0).astype(np.float32))
