"""What the tail is asked for: know this very product, keep what ImageNet knows, tell kinds and colours."""

import torch
from torch import Tensor
from torch.nn import functional

TEMPERATURE = 0.06


def instances(one: Tensor, other: Tensor, may_be_same: Tensor) -> Tensor:
    """Ask each view for the other view of its product among all of the batch, both ways.

    InfoNCE (van den Oord, Li, Vinyals, 2018). Products that ``may_be_same`` [n, n] marks, pictures too alike
    to be told apart, are no negatives.
    """
    alike = (one @ other.T / TEMPERATURE).masked_fill(may_be_same, -torch.inf)
    right = torch.arange(len(one))
    return (functional.cross_entropy(alike, right) + functional.cross_entropy(alike.T, right)) / 2


def forgetting(kind: Tensor, targets: Tensor) -> Tensor:
    """Measure how far the half that knows kinds is from what the teacher says of the catalogue picture."""
    return (1 - (kind * targets).sum(dim=1)).mean()


def labels(scores: Tensor, wanted: Tensor) -> Tensor:
    """Classify those that have a label; -1 is none."""
    known = wanted >= 0
    return functional.cross_entropy(scores[known], wanted[known]) if known.any() else scores.sum() * 0
