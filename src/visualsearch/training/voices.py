"""The three voices that tell kinds: a linear model, a random forest, and the votes of neighbours."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from visualsearch.domain import Vectors
from visualsearch.vision.kinds import NEIGHBOURS, Probabilities, Voters

TREES, DEEPEST, LEAST_IN_LEAF = 60, 24, 2
REGULARISATION = 20.0
ITERATIONS = 60
FOREST = 1
"""The place of the forest among the voices, between the linear model and the neighbours."""
_CHUNK = 2_000

Kinds = NDArray[np.int64]
"""Shape (count,): places in the list of names."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows with their kinds, and how many rows of the catalogue each stands for."""

    vectors: Vectors
    kinds: Kinds
    weights: NDArray[np.float64]
    folds: Kinds
    """Shape (count,): rows of one fold are told by what was learned from the others, to calibrate."""

    def chosen(self, rows: NDArray[np.bool_]) -> "Part":
        """Take some of the rows."""
        return Part(self.vectors[rows], self.kinds[rows], self.weights[rows], self.folds[rows])


@dataclass(frozen=True, slots=True)
class Voices:
    """The three voices, fitted."""

    linear: LogisticRegression
    forest: RandomForestClassifier
    fitted: Part
    count: int

    def tell(self, vectors: Vectors) -> list[Probabilities]:
        """Ask the linear model, the forest and the neighbours among the fitted rows."""
        learned = [
            _spread(one.predict_proba(vectors), one.classes_, self.count)
            for one in (self.linear, self.forest)
        ]
        starts = range(0, len(vectors), _CHUNK)
        votes = [_votes(vectors[start : start + _CHUNK], self.fitted, self.count) for start in starts]
        return [*learned, np.concatenate(votes)]


def fit(part: Part, count: int) -> Voices:
    """Fit the three to rows of so many kinds."""
    linear = LogisticRegression(C=REGULARISATION, max_iter=ITERATIONS, tol=1e-3)
    forest = RandomForestClassifier(
        TREES, max_depth=DEEPEST, min_samples_leaf=LEAST_IN_LEAF, n_jobs=-1, random_state=0
    )
    for model in (linear, forest):
        model.fit(part.vectors, part.kinds, part.weights)
    return Voices(linear, forest, part, count)


def _votes(vectors: Vectors, fitted: Part, count: int) -> Probabilities:
    scores = vectors @ fitted.vectors.T
    nearest = np.argpartition(-scores, min(NEIGHBOURS, scores.shape[1] - 1), axis=1)[:, :NEIGHBOURS]
    return Voters(np.take_along_axis(scores, nearest, axis=1), fitted.kinds[nearest]).votes(count)


def _spread(told: NDArray[np.float64], classes: Kinds, count: int) -> Probabilities:
    """Give every kind a column, those too that no fitted row has."""
    spread = np.zeros((len(told), count), np.float32)
    spread[:, classes] = told
    return spread
