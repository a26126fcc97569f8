"""Visual words: the codes of local features sorted into 16,384 bins, as words of a text are."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from visualsearch.errors import WeightsMismatch
from visualsearch.vision.weights import MODELS

Codes = NDArray[np.uint8]
"""Shape (count, 32): codes of 256 bits."""
Packed = NDArray[np.uint64]
"""Shape (..., 4): the same bits, in words of the machine."""
Planes = NDArray[np.uint64]
"""Shape (4, groups, m): a code's words of the machine apart, for sums over so few side by side are slow."""

BRANCHES = 128
CODE_BITS = 256
TRIED = 3
"""Branches in which a code's word is looked for: the nearest word may hang on the second nearest branch."""
PACKAGED = MODELS / "visual-words.npy"


class Vocabulary:
    """Words as codes themselves, in a tree of two levels (Nistér, Stewénius: Scalable recognition, 2006).

    All that is compared are bits, so that no machine rounds a feature into another word.
    """

    def __init__(self, branches: Codes, words: Codes) -> None:
        """Take codes of branches [128, 32], and of the words of each [128, 128, 32]."""
        self._branches = _planes(_packed(branches)[None])
        self._words = _planes(_packed(words))

    @classmethod
    def open(cls, path: Path) -> "Vocabulary":
        """Read [128, 129, 32] bytes, each branch followed by its words; raises WeightsMismatch."""
        try:
            tree = np.load(path, allow_pickle=False)
        except (OSError, ValueError) as error:
            raise WeightsMismatch(
                f"expected visual words in {path}, found: {error}; install again"
            ) from error
        if tree.shape != (BRANCHES, BRANCHES + 1, 32) or tree.dtype != np.uint8:
            raise WeightsMismatch(
                f"expected visual words of shape {(BRANCHES, BRANCHES + 1, 32)} in {path}, "
                f"found {tree.dtype} of shape {tree.shape}; install again"
            )
        return cls(tree[:, 0], tree[:, 1:])

    @classmethod
    def packaged(cls) -> "Vocabulary":
        """Read the words of the package."""
        return cls.open(PACKAGED)

    def words(self, codes: Codes, choices: int = 1) -> NDArray[np.uint16]:
        """Name the words nearest to each code [n, choices], the nearest first; of two as near the first."""
        asked = _packed(codes)
        far = _distances(asked, self._branches, np.zeros(len(codes), np.int64))
        branches = np.argpartition(far, TRIED - 1, axis=1)[:, :TRIED]
        branches.sort(axis=1)
        distances = np.concatenate([_distances(asked, self._words, branch) for branch in branches.T], axis=1)
        words = np.empty((len(codes), choices), np.uint16)
        everyone = np.arange(len(codes))
        for choice in range(choices):
            nearest = distances.argmin(axis=1)
            words[:, choice] = branches[everyone, nearest // BRANCHES] * BRANCHES + nearest % BRANCHES
            distances[everyone, nearest] = CODE_BITS + 1
        return words


def _distances(asked: Packed, known: Planes, group: NDArray[np.int64]) -> NDArray[np.uint16]:
    """Count the bits in which codes [n, 4] differ from those of one group each, [n, m]."""
    distances = np.zeros((len(asked), known.shape[2]), np.uint16)
    for ours, plane in zip(asked.T, known, strict=True):
        distances += np.bitwise_count(ours[:, None] ^ plane[group])
    return distances


def _planes(packed: Packed) -> Planes:
    return np.ascontiguousarray(np.moveaxis(packed, -1, 0))


def _packed(codes: Codes) -> Packed:
    return np.ascontiguousarray(codes).view(np.uint64)
