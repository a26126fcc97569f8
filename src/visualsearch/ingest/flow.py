"""Catalogue -> searchable: fetch, look, keep and store, shard by shard."""

from collections import deque
from collections.abc import Callable, Container, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import NamedTuple

from visualsearch.domain import Failure, Picture, PictureId, Product, ProductId, Record, Sighting, View
from visualsearch.errors import NotFound, PictureCorrupt
from visualsearch.ingest.local_runner import LocalRunner
from visualsearch.ingest.looking import Looking
from visualsearch.ingest.shards import Shard, split
from visualsearch.ingest.tally import Tally
from visualsearch.ports import Eye, Fetcher, PictureVault, Runner, Store

SHARDS_AT_HAND = 2
"""Shards whose pictures are fetched at a time, and as many that are kept: both wait for networks or disks."""

KEPT = "sha256:"
"""Begins a source whose bytes are in the vault already, followed by the picture's id."""

INLINE = "data:"
"""Begins a source that is the picture itself."""


class Gathered(NamedTuple):
    """A shard, what is stored of it, and the bytes of its pictures that are to be seen."""

    shard: Shard
    known: Mapping[ProductId, Record]
    standing: Mapping[tuple[ProductId, str], Sighting]
    """What stays as it is, by product and source."""
    validators: Mapping[str, str]
    """Of all sources."""
    fetched: Mapping[str, PictureId | Failure]
    """What was behind the sources that do not stand."""
    encoded: Mapping[PictureId, bytes]
    views: Mapping[PictureId, Sequence[View]]
    """What the eye had seen before."""

    @property
    def unseen(self) -> list[PictureId]:
        """Name the pictures that the eye has not seen."""
        return [picture for picture in self.encoded if picture not in self.views]

    def to_look_at(self) -> list[bytes]:
        """List the bytes of those."""
        return [self.encoded[picture] for picture in self.unseen]


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
    ) -> Generator[Tally]:
        """Bring a stream of products in; each tally is of one shard that is stored for good.

        The runner only looks at pictures; whatever else is fetched, read and written is so by this process.

        What is stored already and has not changed is passed over, so a run that was stopped goes on
        where it was. Pictures that failed before are tried again only with ``retry``; ``only_failed`` leaves
        the others as they are, whatever is behind their sources now.
        """
        gather = partial(self._gather, retry=retry, only_failed=only_failed)
        away: deque[Gathered] = deque()

        def unseen(shards: Iterable[Gathered]) -> Iterator[list[bytes]]:
            for gathered in shards:
                away.append(gathered)
                yield gathered.to_look_at()

        with LocalRunner(SHARDS_AT_HAND) as fetching, LocalRunner(SHARDS_AT_HAND) as keeping:
            shards = fetching.run(split(lines, pictures_per_shard), gather)
            looked = runner.run(unseen(shards), Looking(self.decode, self.eye))
            back = ((away.popleft(), views) for views in looked)
            for prepared in keeping.run(back, lambda one: self._prepare(*one)):
                # Results come in the order of the catalogue, so of two lines with one id the later wins.
                self.store.put(prepared.records, prepared.views)
                yield prepared.tally

    def take(self, products: Sequence[Product]) -> list[Record]:
        """Bring some products in at once, trying again what failed before, and tell what is stored."""
        inlined = [self._keep_inline_pictures(product) for product in products]
        gathered = self._gather(Shard(tuple(inlined)), retry=True)
        prepared = self._prepare(gathered, Looking(self.decode, self.eye)(gathered.to_look_at()))
        self.store.put(prepared.records, prepared.views)
        stored = self.store.records([product.id for product in inlined])
        return [stored[product.id] for product in inlined if product.id in stored]

    def _gather(self, shard: Shard, *, retry: bool, only_failed: bool = False) -> Gathered:
        """Find out what of a shard is to be done, and fetch what that needs."""
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
        wanted = dict.fromkeys(
            source
            for product in shard.products
            for source in product.pictures
            if (product.id, source) not in standing
        )
        fetched: dict[str, PictureId | Failure] = {}
        encoded: dict[PictureId, bytes] = {}
        for source, data in zip(wanted, self._fetch(list(wanted)), strict=True):
            if isinstance(data, Failure):
                fetched[source] = data
            else:
                fetched[source] = picture = PictureId(sha256(data).hexdigest())
                encoded[picture] = data
        views |= self.store.views(list(encoded))
        return Gathered(shard, known, standing, validators, fetched, encoded, views)

    def _prepare(self, gathered: Gathered, looked: Sequence[View | Failure]) -> Prepared:
        """Keep the pictures that were looked at, and make records of the shard."""
        seen = dict(zip(gathered.unseen, looked, strict=True))
        views = {picture: (one,) for picture, one in seen.items() if isinstance(one, View)}
        bad = {picture: one for picture, one in seen.items() if isinstance(one, Failure)}
        outcomes = {
            source: found
            if isinstance(found, Failure) or found not in bad
            else replace(bad[found], subject=source)
            for source, found in gathered.fetched.items()
        }
        self.vault.put_many([data for picture, data in gathered.encoded.items() if picture not in bad])
        records = [
            Record(
                product,
                tuple(
                    gathered.standing.get((product.id, source))
                    or _sighting(source, gathered.validators[source], outcomes[source])
                    for source in dict.fromkeys(product.pictures)
                ),
            )
            for product in gathered.shard.products
        ]
        changed = [
            record
            for record in records
            if record != gathered.known.get(record.product.id)
            or not outcomes.keys().isdisjoint(record.product.pictures)
        ]
        tally = _tally(gathered.shard, changed, outcomes, views)
        return Prepared(changed, {**gathered.views, **views}, tally)

    def _validator(self, source: str) -> str:
        return "" if source.startswith(KEPT) else self.fetcher.validator(source)

    def _fetch(self, sources: Sequence[str]) -> list[bytes | Failure]:
        outside = [source for source in sources if not source.startswith(KEPT)]
        fetched = dict(zip(outside, self.fetcher.fetch(outside), strict=True))
        return [fetched[source] if source in fetched else self._fetch_kept(source) for source in sources]

    def _fetch_kept(self, source: str) -> bytes | Failure:
        try:
            return self.vault.get(PictureId(source.removeprefix(KEPT)))
        except (NotFound, PictureCorrupt) as error:
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


def _sighting(source: str, validator: str, outcome: PictureId | Failure) -> Sighting:
    if isinstance(outcome, Failure):
        return Sighting(source, validator, failure=outcome)
    return Sighting(source, validator, picture=outcome)


def _pictures_of(records: Iterable[Record]) -> list[PictureId]:
    return [
        sighting.picture
        for record in records
        for sighting in record.sightings
        if sighting.picture is not None
    ]


def _tally(
    shard: Shard,
    changed: Sequence[Record],
    outcomes: Mapping[str, PictureId | Failure],
    fresh: Container[object],
) -> Tally:
    failed = {source for source, outcome in outcomes.items() if isinstance(outcome, Failure)}
    looked = sum(outcome in fresh for outcome in outcomes.values())
    return Tally(
        stored=len(changed),
        unchanged=len(shard.products) - len(changed),
        looked=looked,
        reused=len(outcomes) - len(failed) - looked,
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
