"""Looks at a shop's kept pictures again by another eye, beside what the present one saw."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

from visualsearch.domain import Failure, Picture, PictureId, Spot, View
from visualsearch.errors import BadInput, PictureCorrupt
from visualsearch.ports import Eye, PictureVault

PICTURES_AT_ONCE = 16
"""Pictures that are held decoded at a time, and stored together: a full batch for the model."""

Show = Callable[[int, int], None]
"""Takes how many pictures are done, and how many there are."""


class SeenStore(Protocol):
    """Tells what the new eye has not seen yet, and keeps what it sees."""

    def unseen(self, after: str, limit: int) -> list[PictureId]:
        """Name pictures past an id that a product shows and the eye has not seen, in order."""

    def count_unseen(self) -> int:
        """Count them all."""

    def add_views(self, views: Mapping[PictureId, Sequence[View]]) -> None:
        """Add what the eye saw in pictures of products that are stored, in one transaction."""


@dataclass(frozen=True, slots=True)
class Reembedded:
    """What came of looking again."""

    looked: int = 0
    failures: tuple[Failure, ...] = ()
    """Of pictures that are gone or cannot be read; their products are found by their others."""

    def __add__(self, other: "Reembedded") -> "Reembedded":
        """Sum two rounds; what failed in both counts once."""
        return Reembedded(self.looked + other.looked, tuple(dict.fromkeys((*self.failures, *other.failures))))


@dataclass(frozen=True)
class Reembedding:
    """The parts that look again."""

    vault: PictureVault
    decode: Callable[[bytes], Picture]
    """Raises BadInput for bytes that are no picture."""
    eye: Eye
    store: SeenStore
    """Of the same eye."""

    def run(self, show: Show) -> Reembedded:
        """Look at every picture that the eye has not seen, with those that come meanwhile.

        What is done is stored as it goes: a run that was killed goes on where it was.
        """
        total = Reembedded()
        while True:
            one = self._round(show)
            total += one
            if not one.looked:
                return total

    def _round(self, show: Show) -> Reembedded:
        """Go once through what is unseen, in the order of the pictures' ids."""
        count = self.store.count_unseen()
        total = Reembedded()
        last = ""
        with ThreadPoolExecutor(2, thread_name_prefix="decode") as threads:
            while pictures := self.store.unseen(last, PICTURES_AT_ONCE):
                last = pictures[-1]
                total += self._look(list(threads.map(self._read, pictures)))
                show(min(total.looked + len(total.failures), count), count)
        return total

    def _look(self, read: Sequence[Picture | Failure]) -> Reembedded:
        pictures = [one for one in read if isinstance(one, Picture)]
        views = self.eye.look(pictures, [Spot()] * len(pictures))
        self.store.add_views({one.id: (seen,) for one, seen in zip(pictures, views, strict=True)})
        return Reembedded(len(pictures), tuple(one for one in read if isinstance(one, Failure)))

    def _read(self, picture: PictureId) -> Picture | Failure:
        try:
            return self.decode(self.vault.get(picture))
        except (BadInput, PictureCorrupt) as error:
            return Failure(error.code, error.message, picture)
