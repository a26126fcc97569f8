"""Downloads models from the hub, so that each is here whole and checked, or not at all."""

import errno
import importlib.util
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from visualsearch.errors import FetchFailed, MissingExtra, StorageFull, VisualsearchError, WeightsMismatch
from visualsearch.vision.weights import File, sha256_of
from visualsearch.vision.zoo import Named, NamedDetector, Remote, card_path

Tell = Callable[[int, int, int], None]
"""Takes the bytes that are here, those of all files together, and those that came in this run."""

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Pulled:
    """A model that is here now."""

    card: Path
    pinned: dict[str, str]
    """Files whose checksum nobody had named, with what they have."""


@dataclass(slots=True)
class _Count:
    """What is told while bytes come."""

    tell: Tell
    total: int
    here: int = 0
    fetched: int = 0

    def add(self, count: int, *, fetched: bool) -> None:
        self.here += count
        self.fetched += count if fetched else 0
        self.tell(self.here, max(self.total, self.here), self.fetched)


class _Counted:
    """A file that tells of every write; as much of one as the library needs."""

    def __init__(self, file: BinaryIO, count: _Count) -> None:
        self._file = file
        self._count = count

    def write(self, data: bytes) -> int:
        self._count.add(len(data), fetched=True)
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def pull_model(model: Named | NamedDetector, folder: Path, tell: Tell) -> Pulled:
    """Download a model into a folder of its own under ``folder``, and write its card last.

    A transfer that was cut goes on where it stopped, in this run and the next. The mirror is what HF_ENDPOINT
    names. Raises MissingExtra, FetchFailed, StorageFull (nothing is kept then), or WeightsMismatch for a
    file that is not what the catalogue says (it is deleted).
    """
    hub = _hub()
    card = card_path(folder, model.name)
    count = _Count(tell, model.about_bytes)
    files: dict[str, File] = {}
    with _translated(model, card.parent):
        card.parent.mkdir(parents=True, exist_ok=True)
        for name, remote in model.files.items():
            path = card.parent / name
            if not _is_right(path, remote):
                _download(hub, model, remote, path, count)
            else:
                count.add(path.stat().st_size, fetched=False)
            files[name] = File(file=name, sha256=sha256_of(path), size_bytes=path.stat().st_size)
        draft = card.with_suffix(".draft")
        draft.write_text(model.card(files).model_dump_json(indent=2, exclude_defaults=True), "utf-8")
        draft.replace(card)
    pinned = {name: files[name].sha256 for name, remote in model.files.items() if remote.sha256 is None}
    return Pulled(card, pinned)


def _is_right(path: Path, remote: Remote) -> bool:
    return path.is_file() and remote.sha256 in (None, sha256_of(path))


def _download(
    hub: ModuleType, model: Named | NamedDetector, remote: Remote, path: Path, count: _Count
) -> None:
    url = hub.hf_hub_url(model.repository, remote.path, revision=model.revision)
    found = hub.get_hf_file_metadata(url)
    # Named by what is behind the address: bytes of another version are never joined to these.
    partial = path.with_name(f"{path.name}.{''.join(filter(str.isalnum, found.etag or ''))[:16]}.partial")
    try:
        _transfer(url, found.size, partial, count)
    except OSError as error:
        if error.errno in _FULL:
            partial.unlink(missing_ok=True)
        raise
    digest = sha256_of(partial)
    if remote.sha256 not in (None, digest):
        partial.unlink()
        raise WeightsMismatch(
            f"expected {remote.path} of {model.repository} with sha256 {remote.sha256}, found {digest}; "
            "it was deleted. Pull again, without a mirror if HF_ENDPOINT names one; if that gives the same, "
            "the file was changed by its publisher and is not the one that this version knows"
        )
    partial.replace(path)


def _transfer(url: str, size_bytes: int | None, partial: Path, count: _Count) -> None:
    from huggingface_hub.file_download import http_get  # noqa: PLC0415 (an extra)
    from huggingface_hub.utils._headers import build_hf_headers  # noqa: PLC0415

    partial.touch()
    here = partial.stat().st_size
    free = shutil.disk_usage(partial.parent).free
    if size_bytes is not None and free < size_bytes - here:
        raise OSError(errno.ENOSPC, f"{free / 1e6:.0f} MB free of {(size_bytes - here) / 1e6:.0f} MB needed")
    with partial.open("r+b") as file:
        file.seek(here)
        count.add(here, fetched=False)
        http_get(
            url,
            _Counted(file, count),  # type: ignore[arg-type]
            resume_size=here,
            headers=build_hf_headers(),
            expected_size=size_bytes,
        )


def _hub() -> ModuleType:
    if importlib.util.find_spec("huggingface_hub") is None:
        raise MissingExtra(
            "expected huggingface-hub, found that it is not installed: install visualsearch[zoo]"
        )
    import huggingface_hub  # noqa: PLC0415 (an extra)
    from huggingface_hub.utils.tqdm import disable_progress_bars  # noqa: PLC0415

    disable_progress_bars()
    return huggingface_hub


@contextmanager
def _translated(model: Named | NamedDetector, folder: Path) -> Iterator[None]:
    """Tell what an error of the library or of the disk means."""
    try:
        yield
    except VisualsearchError:
        raise
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(
                f"expected room for {model.about_bytes / 1e6:.0f} MB in {folder}, found: {error.strerror}; "
                "make room, or let the setting models.folder name another folder; nothing was kept"
            ) from error
        raise _not_had(model, error) from error
    except Exception as error:  # the library's HTTP errors have no common root but this
        raise _not_had(model, error) from error


def _not_had(model: Named | NamedDetector, error: Exception) -> FetchFailed:
    return FetchFailed(
        f"expected the files of {model.repository} from the hub, "
        f"found: {' '.join(str(error).split())[:300]}; pull again to go on where it stopped, "
        "or let HF_ENDPOINT name a mirror"
    )
