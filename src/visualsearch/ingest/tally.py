"""How far an ingest has come, as numbers that add up."""

from dataclasses import dataclass

from visualsearch.domain import Failure, ProductId


@dataclass(frozen=True, slots=True)
class Tally:
    """What one shard, or several together, came to."""

    stored: int = 0
    """Products that were new or had changed."""
    unchanged: int = 0
    """Products that were stored already, just so."""
    looked: int = 0
    """Pictures that the eye looked at."""
    reused: int = 0
    """Pictures whose bytes the eye had seen before."""
    failed_pictures: int = 0
    """Pictures that could not be had or read, in products of this run."""
    failed_lines: int = 0
    """Lines of the catalogue that could not be read."""
    bad_lines: tuple[Failure, ...] = ()
    """The lines of the newest shard alone that could not be read."""
    bad_pictures: tuple[tuple[ProductId, Failure], ...] = ()
    """The pictures of the newest shard alone that could not be had or read, with their products."""

    def __add__(self, later: "Tally") -> "Tally":
        return Tally(
            stored=self.stored + later.stored,
            unchanged=self.unchanged + later.unchanged,
            looked=self.looked + later.looked,
            reused=self.reused + later.reused,
            failed_pictures=self.failed_pictures + later.failed_pictures,
            failed_lines=self.failed_lines + later.failed_lines,
            bad_lines=later.bad_lines,
            bad_pictures=later.bad_pictures,
        )

    @property
    def products(self) -> int:
        """Products that were gone through."""
        return self.stored + self.unchanged

    @property
    def failures(self) -> int:
        """Everything that could not be done."""
        return self.failed_pictures + self.failed_lines
