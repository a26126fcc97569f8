"""Catalogue -> searchable: fetch, keep, decode, look and store, shard by shard."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from visualsearch.domain import Failure, Picture, PictureId, Product, Record, Sighting, Spot, View
from visualsearch.errors import BadInput, NotFound, PictureCorrupt
from visualsearch.ingest.shards import Shard, split
from visualsearch.ingest.tally import Tally
from visualsearch.ports import Eye, Fetcher, PictureVault, Runner, Store

PICTURES_AT_ONCE = 16
"""Pictures that are held decoded at a time: a full batch for the model, and little memory."""

KEPT = "sha256:"
"""Begins a source whose bytes are in the vault already, followed by the picture's id."""

INLINE = "data:"
"""Begins a source that is the picture itself."""


class Seen(NamedTuple):
    """A picture that is kept, and what the eye saw in it."""

    picture: PictureId
    views: tuple[View, ...]
    looked: bool
    """False where the same bytes had been seen before."""


class Prepared(NamedTuple):
    """A shard that is ready to be stored."""

    records: list[Record]
    views: Mapping[PictureId, Sequence[View]]
    tally: Tally


@dataclass(frozen=True)
class Ingest:
    """The parts that bring products in."""

    fetcher: Fetcher
    vault: PictureVault
    decode: Callable[[bytes], Picture]
    """Raises BadInput for bytes that are no picture."""
    eye: Eye
    store: Store

    def run(
        self,
        lines: Iterable[Product | Failure],
        runner: Runner,
        *,
        pictures_per_shard: int,
        retry: bool,
        only_failed: bool = False,
    ) -> Iterator[Tally]:
        """Bring a stream of products in; each tally is of one shard that is stored for good.

        What is stored already and has not changed is passed over, so a run that was stopped goes on
        where it was. Pictures that failed before are tried again only with ``retry``; ``only_failed`` leaves
        the others as they are, whatever is behind their sources now.
        """
        work = partial(self.prepare, retry=retry, only_failed=only_failed)
        for prepared in runner.run(split(lines, pictures_per_shard), work):
            # Results come in the order of the catalogue, so of two lines with one id the later wins.
            self.store.put(prepared.records, prepared.views)
            yield prepared.tally

    def take(self, products: Sequence[Product]) -> list[Record]:
        """Bring some products in at once, trying again what failed before, and tell what is stored."""
        settled = [self._keep_inline_pictures(product) for product in products]
        prepared = self.prepare(Shard(tuple(settled)), retry=True)
        self.store.put(prepared.records, prepared.views)
        stored = self.store.records([product.id for product in settled])
        return [stored[product.id] for product in settled if product.id in stored]

    def prepare(self, shard: Shard, *, retry: bool, only_failed: bool = False) -> Prepared:
        """Do everything for a shard but the write to the store."""
        # Read before the bytes are: a file that changes meanwhile is looked at again by the next run.
        validators = {
            source: self._validator(source) for product in shard.products for source in product.pictures
        }
        known = self.store.records([product.id for product in shard.products])
        views = dict(self.store.views(_pictures_of(known.values())))
        standing = {
            (product.id, sighting.source): sighting
            for product in shard.products
            for sighting in (known[product.id].sightings if product.id in known else ())
            if (only_failed or sighting.validator == validators.get(sighting.source))
            and (not retry if sighting.picture is None else sighting.picture in views)
        }
        wanted = list(
            dict.fromkeys(
                source
                for product in shard.products
                for source in product.pictures
                if (product.id, source) not in standing
            )
        )
        seen = dict(zip(wanted, self._see(wanted), strict=True))
        views |= {found.picture: found.views for found in seen.values() if isinstance(found, Seen)}
        records = [
            Record(
                product,
                tuple(
                    standing.get((product.id, source)) or _sighting(source, validators[source], seen[source])
                    for source in dict.fromkeys(product.pictures)
                ),
            )
            for product in shard.products
        ]
        changed = [
            record
            for record in records
            if record != known.get(record.product.id) or not seen.keys().isdisjoint(record.product.pictures)
        ]
        return Prepared(changed, views, _tally(shard, changed, seen))

    def _validator(self, source: str) -> str:
        return "" if source.startswith(KEPT) else self.fetcher.validator(source)

    def _see(self, sources: Sequence[str]) -> list[Seen | Failure]:
        """Fetch, keep and look at pictures; entry i is of source i."""
        outcome: list[Seen | Failure] = []
        fetched = self._fetch(sources)
        for start in range(0, len(sources), PICTURES_AT_ONCE):
            chunk = slice(start, start + PICTURES_AT_ONCE)
            outcome += self._look(sources[chunk], fetched[chunk])
        return outcome

    def _fetch(self, sources: Sequence[str]) -> list[bytes | Failure]:
        outside = [source for source in sources if not source.startswith(KEPT)]
        fetched = dict(zip(outside, self.fetcher.fetch(outside), strict=True))
        return [fetched[source] if source in fetched else self._fetch_kept(source) for source in sources]

    def _fetch_kept(self, source: str) -> bytes | Failure:
        try:
            return self.vault.get(PictureId(source.removeprefix(KEPT)))
        except (NotFound, PictureCorrupt) as error:
            return Failure(error.code, error.message, source)

    def _look(self, sources: Sequence[str], datas: Sequence[bytes | Failure]) -> list[Seen | Failure]:
        decoded = [self._decode(source, data) for source, data in zip(sources, datas, strict=True)]
        good = {
            picture.id: (picture, data)
            for picture, data in zip(decoded, datas, strict=True)
            if isinstance(picture, Picture) and isinstance(data, bytes)
        }
        self.vault.put_many([data for _, data in good.values()])
        before = self.store.views(list(good))
        fresh = [picture for picture, _ in good.values() if picture.id not in before]
        looked = self.eye.look(fresh, [Spot()] * len(fresh))
        views = before | {picture.id: (seen,) for picture, seen in zip(fresh, looked, strict=True)}
        return [
            Seen(picture.id, views[picture.id], picture.id not in before)
            if isinstance(picture, Picture)
            else picture
            for picture in decoded
        ]

    def _decode(self, source: str, data: bytes | Failure) -> Picture | Failure:
        if isinstance(data, Failure):
            return data
        try:
            return self.decode(data)
        except BadInput as error:
            return Failure(error.code, error.message, source)

    def _keep_inline_pictures(self, product: Product) -> Product:
        """Put pictures that came inside the request into the vault, and name them by their content."""
        return replace(product, pictures=tuple(map(self._keep_inline, product.pictures)))

    def _keep_inline(self, source: str) -> str:
        if not source.startswith(INLINE):
            return source
        [data] = self.fetcher.fetch([source])
        # A data URI that cannot be read stays, cut short, to fail under a name that fits a report.
        return source[:64] if isinstance(data, Failure) else KEPT + self.vault.put_many([data])[0]


def _sighting(source: str, validator: str, seen: Seen | Failure) -> Sighting:
    if isinstance(seen, Failure):
        return Sighting(source, validator, failure=seen)
    return Sighting(source, validator, picture=seen.picture)


def _pictures_of(records: Iterable[Record]) -> list[PictureId]:
    return [
        sighting.picture
        for record in records
        for sighting in record.sightings
        if sighting.picture is not None
    ]


def _tally(shard: Shard, changed: Sequence[Record], seen: Mapping[str, Seen | Failure]) -> Tally:
    failed = {source for source, outcome in seen.items() if isinstance(outcome, Failure)}
    looked = sum(isinstance(outcome, Seen) and outcome.looked for outcome in seen.values())
    return Tally(
        stored=len(changed),
        unchanged=len(shard.products) - len(changed),
        looked=looked,
        reused=len(seen) - len(failed) - looked,
        failed_pictures=len(failed),
        failed_lines=len(shard.failures),
        bad_lines=shard.failures,
        bad_pictures=tuple(
            (record.product.id, sighting.failure)
            for record in changed
            for sighting in record.sightings
            if sighting.failure is not None and sighting.source in failed
        ),
    )
