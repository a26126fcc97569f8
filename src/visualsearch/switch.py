"""Changes a shop's model: looks at its pictures again, then swaps; every shop is opened by its own model."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path

from visualsearch.domain import Picture
from visualsearch.errors import NotFound
from visualsearch.ingest.reembed import Reembedded, Reembedding, Show
from visualsearch.pictures.decode import decode
from visualsearch.places import check_store, open_store, open_vault
from visualsearch.settings import Settings
from visualsearch.store.choice import CHOICE, Choice, Named, read_choice, write_choice
from visualsearch.store.sql_store import SqlStore
from visualsearch.vision.detect import DEFAULT_DETECTOR, DETECTORS, Detector
from visualsearch.vision.embed import DEFAULT_CARD, Embedder
from visualsearch.vision.look import LookingEye, eye_name
from visualsearch.vision.session import Runtime
from visualsearch.vision.weights import MODELS, read_card
from visualsearch.vision.zoo import card_path, detectors, zoo

NO_DETECTOR = "none"
"""As ``vision.detector``: whole pictures are searched."""

PACKAGED = "package:"
"""Begins the name of a model that comes with the package."""


def open_eye(settings: Settings, card: Path) -> LookingEye:
    """Load a model as the settings say; raises WeightsMismatch."""
    embedder = Embedder(card, runtime=settings.vision.runtime, threads=settings.vision.threads)
    if settings.vision.detector == NO_DETECTOR:
        return LookingEye(embedder)
    return LookingEye(embedder, partial(open_detector, settings))


def open_detector(settings: Settings) -> Detector:
    """Load what finds products in photos; raises NotFound for a model that is not here."""
    names = ", ".join((DEFAULT_DETECTOR, *detectors()))
    name = settings.vision.detector
    card = find_card(
        settings,
        name,
        DETECTORS,
        unknown=f"Expected vision.detector to be one of {names}, or the path of a card; found {name!r}.",
    )
    return Detector(card, runtime=settings.vision.runtime, threads=settings.vision.threads)


def decoder(settings: Settings) -> Callable[[bytes], Picture]:
    """Make what decodes pictures as the settings say."""
    return partial(decode, max_pixels=settings.pictures.max_pixels, max_side=settings.pictures.max_side)


def card_of(folder: Path) -> Path:
    """Find the card of the model that a shop uses; the package's where it never chose."""
    choice = read_choice(folder)
    return DEFAULT_CARD if choice is None else _path(folder, choice.present)


class ModelWatch:
    """Tells when a shop's choice was written anew and names another model than that of an eye."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen_ns = -1

    def has_changed(self, eye: str) -> bool:
        """Tell it once for each time that the choice is written; raises Corrupt where it cannot be read."""
        written_ns = written_at_ns(self._folder / CHOICE)
        if written_ns == self._seen_ns:
            return False
        self._seen_ns = written_ns
        return eye_name(read_card(card_of(self._folder))) != eye


def written_at_ns(file: Path) -> int:
    """Tell when a file was written; 0 where there is none."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def previous_card(folder: Path) -> Path:
    """Find the card of the model that a shop used before; raises NotFound."""
    choice = read_choice(folder)
    if choice is None or choice.previous is None:
        raise NotFound(
            f"Expected a model that {folder} used before, found none. "
            "Choose one with: visualsearch models use NAME"
        )
    return _path(folder, choice.previous)


def find_card(settings: Settings, name: str, *folders: Path, unknown: str) -> Path:
    """Find a model's card: in one of the folders, among the pulled, or by its path; raises NotFound."""
    places = [*(folder / f"{name}.json" for folder in folders), pulled_card(settings, name), Path(name)]
    for place in places:
        if place.is_file():
            return place
    if name in zoo() or name in detectors():
        raise NotFound(
            f"Expected the model {name} here, found it not pulled: visualsearch models pull {name}"
        )
    raise NotFound(unknown)


def installed(settings: Settings) -> list[Path]:
    """Find the cards of all embedding models that are here: the package's, the shop's own, the pulled."""
    own = sorted((settings.shop / "models").glob("*.json"))
    pulled = [card for name in zoo() if (card := pulled_card(settings, name)).is_file()]
    return [*sorted(MODELS.glob("*.json")), *own, *pulled]


def pulled_card(settings: Settings, name: str) -> Path:
    """Tell where a model's card is once it was pulled."""
    return card_path(settings.models.folder.expanduser(), name)


def reembed(settings: Settings, card: Path, show: Show) -> Reembedded:
    """Look at a shop's pictures by another model, beside what the present one saw; changes no answer.

    Goes on where a run that was killed stopped. Raises NotFound, WeightsMismatch, StorageFull.
    """
    return look_again(settings, open_eye(settings, card), show)


def use_model(settings: Settings, card: Path, show: Show) -> Reembedded:
    """Let a shop use another model: look at its pictures again, swap in one step, remove the oldest rows.

    A server that runs follows; what is put into it until it has is looked at by both models.
    Raises NotFound, WeightsMismatch, StorageFull.
    """
    folder = settings.shop
    eye = open_eye(settings, card)
    done = look_again(settings, eye, show)
    before = read_choice(folder)
    present = before.present if before else _named(folder, DEFAULT_CARD, eye_name(read_card(DEFAULT_CARD)))
    chosen = _named(folder, card, eye.name)
    if chosen.eye == present.eye:
        choice = Choice(present=chosen, previous=before.previous if before else None)
    else:
        choice = Choice(present=chosen, previous=present)
    write_choice(folder, choice)
    # What came between the last look and the swap: who puts later than the swap sees it.
    done += look_again(settings, eye, show)
    with _store(settings, eye) as store:
        store.forget_eyes([one.eye for one in (choice.present, choice.previous) if one])
    return done


def follow_model(settings: Settings, eye: LookingEye) -> None:
    """Look by the model that the shop has changed to since ``eye`` was opened, if it has."""
    choice = read_choice(settings.shop)
    if choice is not None and choice.present.eye != eye.name:
        card = _path(settings.shop, choice.present)
        newer = _kept_eye(card, settings.vision.runtime, settings.vision.threads)
        look_again(settings, newer)


@lru_cache(maxsize=1)
def _kept_eye(card: Path, runtime: Runtime, threads: int | None) -> LookingEye:
    return LookingEye(Embedder(card, runtime=runtime, threads=threads))


def look_again(settings: Settings, eye: LookingEye, show: Show = lambda *_: None) -> Reembedded:
    """Look at the pictures of a shop that an eye has not seen yet."""
    with _store(settings, eye) as store:
        return Reembedding(open_vault(settings), decoder(settings), eye, store).run(show)


@contextmanager
def _store(settings: Settings, eye: LookingEye) -> Iterator[SqlStore]:
    check_store(settings)
    with open_store(settings, eye.name, eye.dimension) as store:
        yield store


def _named(folder: Path, card: Path, eye: str) -> Named:
    card, folder = card.resolve(), folder.resolve()
    if card.parent == MODELS.resolve():
        return Named(card=PACKAGED + card.stem, eye=eye)
    inside = card.is_relative_to(folder)
    return Named(card=card.relative_to(folder).as_posix() if inside else str(card), eye=eye)


def _path(folder: Path, named: Named) -> Path:
    if named.card.startswith(PACKAGED):
        return MODELS / f"{named.card.removeprefix(PACKAGED)}.json"
    return folder / named.card
