"""What the look model is asked for: places that know how well they bound, boxes, kinds, surfaces."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from visualsearch.evaluation.garments import UNGROUPED, UNKNOWN
from visualsearch.training.look_network import STRIDES, places
from visualsearch.training.look_samples import NO_KIND, SIZE, Labels, Sample
from visualsearch.vision.region_kinds import SURFACES

REACH = ((0.0, 64.0), (64.0, 128.0), (128.0, 4.0 * SIZE))
"""How far, in pixels, the farthest side of a box may be from a place of each level."""
CENTRE_RADIUS = 1.5
"""How far, in strides, a place that answers for a box may be from the box's centre."""
COMMON = 0.4
"""The root of a surface's share counts to this power against it: glasses are a thousandth of a street."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Samples as tensors; places are those of all levels together."""

    maps: tuple[Tensor, ...]
    """What the frozen part of the network gives for the samples."""
    sides: Tensor
    """Shape [n, places, 4]: the box that each place answers for, in pixels; 0 where none."""
    is_asked: Tensor
    """Shape [n, places]: whether a place answers for a box."""
    kinds: Tensor
    """Shape [n, places]."""
    doubt: Tensor
    """Shape [n, places]: how much it counts if a place finds something where it answers for nothing."""
    labels: Tensor
    """Shape [n, side, side]."""

    def to(self, device: torch.device) -> "Batch":
        """Copy to where the network is."""
        return Batch(
            tuple(maps.to(device) for maps in self.maps),
            *(
                part.to(device, non_blocking=True)
                for part in (self.sides, self.is_asked, self.kinds, self.doubt, self.labels)
            ),
        )


def batch_of(samples: Sequence[Sample], maps: tuple[Tensor, ...]) -> Batch:
    """Let each place answer for the smallest box around it whose centre is near and whose size fits."""
    centres, strides = places(SIZE)
    asked = [_asked(sample, centres, strides) for sample in samples]
    return Batch(
        maps,
        torch.stack([sides for sides, _, _, _ in asked]),
        torch.stack([is_asked for _, is_asked, _, _ in asked]),
        torch.stack([kinds for _, _, kinds, _ in asked]),
        torch.stack([doubt for _, _, _, doubt in asked]),
        torch.stack([torch.from_numpy(sample.labels).long() for sample in samples]),
    )


def _asked(sample: Sample, centres: Tensor, strides: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    count = len(centres)
    doubt = torch.full((count,), sample.rest)
    if not len(sample.boxes):
        return (
            torch.zeros(count, 4),
            torch.zeros(count, dtype=torch.bool),
            torch.full((count,), NO_KIND),
            doubt,
        )
    boxes = torch.from_numpy(sample.boxes) * SIZE
    to_sides = torch.cat(
        [centres[:, None] - boxes[None, :, :2], boxes[None, :, 2:] - centres[:, None]], dim=2
    )
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    is_near = (centres[:, None] - middles[None]).abs().amax(dim=2) < CENTRE_RADIUS * strides[:, None]
    farthest = to_sides.amax(dim=2)
    level = torch.log2(strides / STRIDES[0]).long()
    low, high = torch.tensor(REACH)[level].unbind(dim=1)
    fits = (to_sides.amin(dim=2) > 0) & is_near & (farthest > low[:, None]) & (farthest <= high[:, None])
    areas = ((boxes[:, 2:] - boxes[:, :2]).prod(dim=1))[None].expand(count, -1).masked_fill(~fits, torch.inf)
    smallest, which = areas.min(dim=1)
    is_asked = smallest < torch.inf
    # Where a box is known, what is outside of it but within its bounds is known too.
    doubt[(to_sides.amin(dim=2) > 0).any(dim=1)] = max(sample.rest, 0.5)
    return boxes[which] * is_asked[:, None], is_asked, torch.from_numpy(sample.kinds)[which], doubt


def losses(found: Sequence[Tensor], surfaces: Tensor, batch: Batch, weights: Tensor) -> dict[str, Tensor]:
    """Compute the parts of the loss; ``weights`` are of the surfaces."""
    flat = torch.cat([level.flatten(2).transpose(1, 2) for level in found], dim=1)
    centres, strides = (one.to(flat.device) for one in places(SIZE))
    reach = functional.softplus(flat[:, :, 1:5]) * strides[None, :, None]
    boxes = torch.cat([centres - reach[:, :, :2], centres + reach[:, :, 2:]], dim=2)
    chosen = batch.is_asked
    count = chosen.sum().clamp_min(1)
    overlap, generalised = overlaps(boxes[chosen], batch.sides[chosen])
    kinds = batch.kinds[chosen]
    return {
        "place": _focal(flat[:, :, 0], chosen, overlap.detach(), batch.doubt) / count,
        "box": 2 * (1 - generalised).sum() / count,
        "kind": 0.4
        * functional.cross_entropy(flat[:, :, 5:][chosen], kinds, ignore_index=NO_KIND, reduction="sum")
        / (kinds != NO_KIND).sum().clamp_min(1),
        "surface": _painted(surfaces, batch.labels, weights),
    }


def overlaps(boxes: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
    """Compute overlap over union, and the same less the share that neither of the two fills around them.

    Rezatofighi et al., Generalized Intersection over Union (CVPR 2019).
    """
    shared = (
        (torch.minimum(boxes[:, 2:], truth[:, 2:]) - torch.maximum(boxes[:, :2], truth[:, :2]))
        .clamp_min(0)
        .prod(dim=1)
    )
    around = (torch.maximum(boxes[:, 2:], truth[:, 2:]) - torch.minimum(boxes[:, :2], truth[:, :2])).prod(
        dim=1
    )
    union = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1) + (truth[:, 2:] - truth[:, :2]).prod(dim=1) - shared
    overlap = shared / union.clamp_min(1e-6)
    return overlap, overlap - (around - union) / around.clamp_min(1e-6)


def _focal(logits: Tensor, chosen: Tensor, overlap: Tensor, doubt: Tensor) -> Tensor:
    """Ask the places for the overlap that they will have; the sure ones count little."""
    wanted = torch.zeros_like(logits)
    wanted[chosen] = overlap
    surprise = (torch.sigmoid(logits) - wanted).abs().square()
    entropy = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    return (surprise * entropy * torch.where(chosen, torch.ones_like(doubt), doubt)).sum()


def _painted(surfaces: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    """Ask for the surface of each pixel; of some only that they are not background is known."""
    logarithms = functional.log_softmax(surfaces, dim=1)
    told = functional.nll_loss(
        logarithms,
        torch.where(labels >= len(SURFACES), UNKNOWN, labels),
        weights,
        ignore_index=UNKNOWN,
        reduction="sum",
    )
    is_worn = labels == UNGROUPED
    worn = -torch.log1p(-logarithms[:, 0].exp().clamp_max(1 - 1e-5))
    total = weights[labels.clamp_max(len(SURFACES) - 1)] * (labels < len(SURFACES)) + is_worn
    return (told + (worn * is_worn).sum()) / total.sum().clamp_min(1) + 0.5 * _dice(logarithms.exp(), labels)


def _dice(shares: Tensor, labels: Tensor) -> Tensor:
    """Ask for each surface that is there to overlap with its truth (Milletari et al., V-Net, 2016)."""
    is_told = (labels < len(SURFACES))[:, None]
    truth = (
        functional.one_hot(labels.clamp_max(len(SURFACES) - 1), len(SURFACES)).permute(0, 3, 1, 2) * is_told
    )
    shares = shares * is_told
    shared, sums = (shares * truth).sum(dim=(0, 2, 3)), (shares + truth).sum(dim=(0, 2, 3))
    present = truth.sum(dim=(0, 2, 3)) > 0
    return (1 - (2 * shared[present] + 1) / (sums[present] + 1)).mean()


def surface_weights(drawn: Sequence[Labels]) -> Tensor:
    """Weigh surfaces by how rare they are in drawn samples."""
    labels = np.stack(drawn)
    counts = np.bincount(labels[labels < len(SURFACES)], minlength=len(SURFACES))
    weights = np.maximum(counts / counts.sum(), 1e-4) ** -COMMON
    return torch.tensor(weights / weights[0], dtype=torch.float32)
