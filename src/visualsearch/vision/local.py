"""What is printed on a picture: corners described in bits, that another photo of the same print has too."""

import threading
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from visualsearch.domain import Pixels, Print
from visualsearch.vision.words import Vocabulary

LOCAL = "orb-teblid256-words16384-1"
"""Names how ``LocalFeatures`` works; change it with anything that changes its codes or places."""

CODE_BYTES = 32
_CORNER_CONTRAST = 10
_BORDER_PIXELS = 12
_LEAST_PIXELS = 64
"""Of the shorter side: a strip has no room for a corner at the smallest scale."""
_SCALE_FACTOR, _SCALES = 1.2, 8
_TEBLID_256_BITS = 102
"""The name of the trained descriptor in OpenCV."""


NOTHING_PRINTED = Print.decode(b"")


@dataclass(frozen=True, slots=True)
class Detail:
    """How closely a picture is examined."""

    side: int
    """The longer side, in pixels, that the picture is scaled to."""
    features: int
    """How many are kept at most, those of the most contrast."""
    choices: int = 1
    """Visual words that each is looked for under."""


CATALOGUE = Detail(side=400, features=300)
"""40 bytes a feature, so 12 KiB a picture at most."""
QUERY = Detail(side=512, features=600, choices=2)
"""Closer, for it costs a millisecond once: it finds 8 of 100 labels more (docs/experiments.md)."""


class LocalFeatures:
    """Finds corners at several scales and describes them in 256 bits; may be used from several threads.

    Corners and their angle: ORB (Rublee et al., ICCV 2011). Bits: TEBLID (Suárez, Buenaposada, Baumela:
    Revisiting binary local image description for resource limited devices, 2021).
    """

    def __init__(self, detail: Detail, vocabulary: Vocabulary) -> None:
        self._detail = detail
        self._vocabulary = vocabulary
        self._of_thread = threading.local()

    def examine(self, pixels: Pixels) -> Print:
        """Describe what is printed in pixels of any size; a plain picture has no features."""
        height, width = pixels.shape[:2]
        scale = self._detail.side / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        if min(size) < _LEAST_PIXELS:
            return NOTHING_PRINTED
        grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        detector, descriptor = self._tools()
        scaled = cv2.resize(grey, size, interpolation=method)
        corners, codes = descriptor.compute(scaled, detector.detect(scaled, None))
        if codes is None:
            return NOTHING_PRINTED
        order = sorted(range(len(corners)), key=lambda place: -corners[place].response)
        order = order[: self._detail.features]
        kept = np.array([(*corners[n].pt, corners[n].size, corners[n].angle) for n in order], np.float32)
        return Print(
            places=np.asarray(np.clip(kept[:, :2] / self._detail.side, 0, 1), np.float32),
            sizes=np.asarray(kept[:, 2] / self._detail.side, np.float32),
            angles=np.asarray(np.deg2rad(kept[:, 3]), np.float32),
            words=self._vocabulary.words(codes[order], self._detail.choices),
            codes=codes[order],
        )

    def _tools(self) -> tuple[Any, Any]:
        """Make the tools once for each thread: they keep what they work on."""
        if not hasattr(self._of_thread, "tools"):
            detector = cv2.ORB.create(
                nfeatures=self._detail.features,
                scaleFactor=_SCALE_FACTOR,
                nlevels=_SCALES,
                edgeThreshold=_BORDER_PIXELS,
                fastThreshold=_CORNER_CONTRAST,
            )
            self._of_thread.tools = detector, cv2.xfeatures2d.TEBLID.create(1.0, _TEBLID_256_BITS)
        tools: tuple[Any, Any] = self._of_thread.tools
        return tools
