"""Encoded pictures to what is seen in them: the work of an ingest that any process can do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from visualsearch.domain import Failure, Picture, Spot, View
from visualsearch.errors import BadInput
from visualsearch.ports import Eye

PICTURES_AT_ONCE = 16
"""Pictures that are held decoded at a time: a full batch for the model, and little memory."""


@dataclass(frozen=True)
class Looking:
    """Decodes and looks; needs no store, and can be carried to another machine where its parts can."""

    decode: Callable[[bytes], Picture]
    """Raises BadInput for bytes that are no picture."""
    eye: Eye

    def __call__(self, encoded: Sequence[bytes]) -> list[View | Failure]:
        """See each picture whole; entry i is of picture i, and a failure's subject is left empty."""
        return [
            seen
            for start in range(0, len(encoded), PICTURES_AT_ONCE)
            for seen in self._look(encoded[start : start + PICTURES_AT_ONCE])
        ]

    def _look(self, encoded: Sequence[bytes]) -> list[View | Failure]:
        decoded = [self._decode(one) for one in encoded]
        pictures = [one for one in decoded if isinstance(one, Picture)]
        views = iter(self.eye.look(pictures, [Spot()] * len(pictures)))
        return [next(views) if isinstance(one, Picture) else one for one in decoded]

    def _decode(self, encoded: bytes) -> Picture | Failure:
        try:
            return self.decode(encoded)
        except BadInput as error:
            return Failure(error.code, error.message, "")
