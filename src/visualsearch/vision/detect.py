"""Finds what may be searched for in a picture, by the model of the package or by a classic of the zoo."""

from collections.abc import Mapping
from pathlib import Path

from visualsearch.domain import Pixels, Region
from visualsearch.errors import BadInput, WeightsMismatch
from visualsearch.vision.detectors.family import Arrays, Asked, Detection
from visualsearch.vision.detectors.faster_rcnn import FASTER_RCNN
from visualsearch.vision.detectors.fcn import FCN
from visualsearch.vision.detectors.one_stage import ONE_STAGE
from visualsearch.vision.detectors.ssd import SSD
from visualsearch.vision.detectors.yolov3 import YOLOV3
from visualsearch.vision.found import Segmentation
from visualsearch.vision.session import Runtime, open_session
from visualsearch.vision.weights import MODELS, Family, checked_detector

DETECTORS = MODELS / "detectors"
"""The models of the package that find things; the cards beside this folder are of embedding models."""
DEFAULT_DETECTOR = "lite0-look-int8"
DEFAULT = DETECTORS / f"{DEFAULT_DETECTOR}.json"

FAMILIES: Mapping[Family, Detection] = {
    "one-stage": ONE_STAGE,
    "faster-rcnn": FASTER_RCNN,
    "ssd": SSD,
    "yolov3": YOLOV3,
    "fcn": FCN,
}


class Detector:
    """Finds things in pictures of any size; may be used from several threads at once.

    ``card`` is the model's card, by default that of the package's. Raises WeightsMismatch if the file is not
    what its card says.
    """

    def __init__(
        self, card: Path = DEFAULT, *, runtime: Runtime = "auto", threads: int | None = None
    ) -> None:
        path, self.card = checked_detector(card)
        self._family = FAMILIES[self.card.family]
        self._session = open_session(path, threads=threads, runtime=runtime)
        self.runtime = self._session.runtime

    def detect(self, pixels: Pixels) -> list[Region]:
        """Find regions, the surest first; none where nothing is found."""
        outputs, asked = self._run(pixels)
        return self._read(outputs, asked)

    def segment(self, pixels: Pixels) -> Segmentation:
        """Tell what each pixel shows; raises BadInput for a model that tells boxes alone."""
        if self._family.segmentation is None:
            raise BadInput(
                f"Expected a model that tells pixels apart, found {self.card.name}, which tells boxes alone; "
                f"take {DEFAULT_DETECTOR} or fcn."
            )
        outputs, asked = self._run(pixels)
        return self._family.segmentation(outputs, asked, self.card)

    def outputs(self, pixels: Pixels) -> Arrays:
        """Give what the model gives, unread; its card's family knows the meaning."""
        return self._run(pixels)[0]

    def _run(self, pixels: Pixels) -> tuple[Arrays, Asked]:
        asked = self._family.ask(pixels, self.card)
        return self._session.run_all(asked.inputs), asked

    def _read(self, outputs: Arrays, asked: Asked) -> list[Region]:
        try:
            return self._family.regions(outputs, asked, self.card)
        except (ValueError, IndexError) as error:
            raise WeightsMismatch(
                f"expected the outputs of a model of the family {self.card.family} from {self.card.file}, "
                f"found shapes {[output.shape for output in outputs]}; its card is of another model"
            ) from error
