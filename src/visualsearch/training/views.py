"""Many views of each product, seen once by the frozen part and kept, so that only the tail is trained."""

from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from visualsearch.domain import WHOLE, Pixels
from visualsearch.evaluation.street import photograph, relight, wear
from visualsearch.training.data import read_pixels
from visualsearch.training.lite0 import load_embedder
from visualsearch.training.network import FRONT_CHANNELS, SHALLOW_CHANNELS, Front
from visualsearch.training.piles import pile
from visualsearch.training.show import Show
from visualsearch.vision.cutout import Mask, cut_out
from visualsearch.vision.embed import prepare
from visualsearch.vision.regions import region

SIZE = 192
"""Side of the prepared views: at 224 an epoch takes a third longer."""
MAPS = (SIZE // 16, SIZE // 16, FRONT_CHANNELS)
PER_PRODUCT = 8
"""Views of each product, the first of which is its catalogue picture."""
PILES = 2
"""The last of the views, of products that can be cut out."""
LONG_SIDE = 256


@dataclass(frozen=True, slots=True)
class Views:
    """What the frozen part saw, on disk, mapped into memory."""

    maps: NDArray[np.float16]
    """Shape (products, views, height, width, channels)."""
    shallow: NDArray[np.float16]
    """Shape (products, views, channels)."""
    teacher: NDArray[np.float16]
    """Shape (products, 1280): what the published network says of the catalogue picture."""
    is_made: NDArray[np.uint8]
    """Shape (products,): 1 where all of the above is there."""


def open_views(folder: Path, count: int) -> Views:
    """Map the files of ``count`` products, which are made if they are not there."""

    def mapped(name: str, kind: type, *shape: int) -> NDArray[Any]:
        path = folder / f"{name}-{count}.raw"
        path.touch()
        found: NDArray[Any] = np.memmap(path, kind, "r+", shape=(count, *shape))
        return found

    return Views(
        mapped("maps", np.float16, PER_PRODUCT, *MAPS),
        mapped("shallow", np.float16, PER_PRODUCT, SHALLOW_CHANNELS),
        mapped("teacher", np.float16, 1280),
        mapped("made", np.uint8),
    )


def tensors(views: Views, products: NDArray[np.int64], view: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
    """Read views as the tail takes them, channels last in memory."""
    maps = torch.from_numpy(views.maps[products, view]).float().permute(0, 3, 1, 2)
    return maps, torch.from_numpy(views.shallow[products, view]).float()


def make_views(
    folder: Path, paths: Sequence[Path], scenes: Sequence[Path], *, workers: int, show: Show
) -> Views:
    """Draw and look at the views that are not made yet; the same arguments make the same views."""
    folder.mkdir(parents=True, exist_ok=True)
    views = open_views(folder, len(paths))
    left = np.flatnonzero(views.is_made == 0).tolist()
    with get_context("spawn").Pool(workers, _start, (folder, list(paths), list(scenes))) as pool:
        for done, _ in enumerate(pool.imap_unordered(_make, left, chunksize=8), len(paths) - len(left) + 1):
            show(done / len(paths), f"views of {done} of {len(paths)} products")
    return views


def _start(folder: Path, paths: list[Path], scenes: list[Path]) -> None:
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    published = load_embedder()
    _work.update(
        views=open_views(folder, len(paths)),
        paths=paths,
        scenes=[read_pixels(path) for path in scenes],
        front=Front(published.network).to(memory_format=torch.channels_last).eval(),
        teacher=published,
    )


_work: dict[str, object] = {}


def _make(number: int) -> int:
    views, paths, scenes = _work["views"], _work["paths"], _work["scenes"]
    random = np.random.default_rng(number)
    product = read_pixels(paths[number])  # type: ignore[index]
    mask = cut_out(product)
    drawn = [product]
    drawn += [
        _view(product, mask, scenes[random.integers(len(scenes))], random)  # type: ignore[arg-type,index]
        for _ in range(PER_PRODUCT - PILES - 1)
    ]
    random = np.random.default_rng((number, 1))
    drawn += [
        _pile(product, mask, scenes[random.integers(len(scenes))], random)  # type: ignore[arg-type,index]
        for _ in range(PILES)
    ]
    with torch.inference_mode():
        maps, shallow = _work["front"](
            torch.from_numpy(np.stack([prepare(pixels, SIZE) for pixels in drawn]))
        )  # type: ignore[operator]
        teacher = _work["teacher"](torch.from_numpy(prepare(product, 224)[None].copy()))  # type: ignore[operator]
    views.maps[number] = maps.permute(0, 2, 3, 1).numpy()  # type: ignore[attr-defined]
    views.shallow[number] = shallow.numpy()  # type: ignore[attr-defined]
    views.teacher[number] = teacher[0].numpy()  # type: ignore[attr-defined]
    views.is_made[number] = 1  # type: ignore[attr-defined]
    return number


def _view(product: Pixels, mask: Mask | None, scene: Pixels, random: np.random.Generator) -> Pixels:
    """Draw a shopper's photo, the box of one, or a part of the catalogue picture."""
    if mask is None or random.random() < 0.15:
        return _part(product, random)
    photo = photograph(product, mask, scene, random, long_side=LONG_SIDE)
    if photo.box == WHOLE or random.random() < 0.7:
        return photo.pixels
    return region(photo.pixels, photo.box)


def _pile(product: Pixels, mask: Mask | None, scene: Pixels, random: np.random.Generator) -> Pixels:
    return _part(product, random) if mask is None else pile(product, mask, scene, random)


def _part(product: Pixels, random: np.random.Generator) -> Pixels:
    """Cut out 40 to 100 % of each side, mirror, light and wear it."""
    height, width = product.shape[:2]
    down, across = (max(8, int(side * random.uniform(0.4, 1))) for side in (height, width))
    top, left = int(random.integers(height - down + 1)), int(random.integers(width - across + 1))
    cut = product[top : top + down, left : left + across]
    if random.random() < 0.3:
        cut = cut[:, ::-1]
    return wear(relight(np.asarray(cut, np.float32), random), random)
