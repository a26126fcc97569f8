"""Blends what several voices tell into calibrated probabilities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from visualsearch.training.voices import Part
from visualsearch.vision.kinds import Probabilities

FLOOR = 1e-6
"""Added to probabilities before they are sharpened."""
_WEIGHTS = [(a / 10, b / 10, 1 - a / 10 - b / 10) for a in range(11) for b in range(11 - a)]
_SHARPNESS = np.geomspace(0.4, 4, 30)


@dataclass(frozen=True, slots=True)
class Blend:
    """How probabilities of several voices become one: each sharpened, averaged, and sharpened again."""

    sharpness: tuple[float, ...]
    weights: tuple[float, ...]
    last: float

    def mix(self, voices: Sequence[Probabilities]) -> Probabilities:
        """Blend probabilities [n, kinds] of each voice."""
        each = np.stack([_sharpen(voice, by) for voice, by in zip(voices, self.sharpness, strict=True)])
        return _sharpen(_average(each, self.weights), self.last)


def find_blend(voices: Sequence[Probabilities], part: Part) -> Blend:
    """Find the blend under which the right kinds are the most probable."""
    rows = np.arange(len(part.kinds))

    def loss(told: Probabilities) -> float:
        return float(-np.average(np.log(told[rows, part.kinds]), weights=part.weights))

    def sharpest(told: Probabilities) -> float:
        return float(min(_SHARPNESS, key=lambda by: loss(_sharpen(told, by))))

    sharpness = tuple(map(sharpest, voices))
    each = np.stack([_sharpen(voice, by) for voice, by in zip(voices, sharpness, strict=True)])
    choices = _WEIGHTS if len(voices) > 1 else [(1.0,)]
    weights = min(choices, key=lambda one: loss(_average(each, one)))
    mixed = Blend(sharpness, weights, 1.0).mix(voices)
    return Blend(sharpness, weights, sharpest(mixed))


def _average(voices: Probabilities, weights: Sequence[float]) -> Probabilities:
    return np.asarray(np.tensordot(np.array(weights, np.float32), voices, axes=1), np.float32)


def _sharpen(told: Probabilities, by: float) -> Probabilities:
    raised = np.power(told + FLOOR, by)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), np.float32)
