"""What the tail is asked for: know this very product, keep what ImageNet knows, tell kinds and colours."""

import torch
from torch import Tensor
from torch.nn import functional

TEMPERATURE = 0.06
DISTIL_TEMPERATURE = 0.1


def instances(one: Tensor, other: Tensor, may_be_same: Tensor) -> Tensor:
    """Ask each view for the other view of its product among all of the batch, both ways.

    InfoNCE (van den Oord, Li, Vinyals, 2018). Products that ``may_be_same`` [n, n] marks, pictures too alike
    to be told apart, are no negatives.
    """
    alike = (one @ other.T / TEMPERATURE).masked_fill(may_be_same, -torch.inf)
    right = torch.arange(len(one))
    return (functional.cross_entropy(alike, right) + functional.cross_entropy(alike.T, right)) / 2


def likeness(vectors: Tensor, others: Tensor, teacher: Tensor) -> Tensor:
    """Rank the other products of the batch as the teacher [n, features] does.

    Similarity distillation (Fang et al., SEED: Self-supervised distillation, 2021), with the batch in the
    place of their queue.
    """
    itself = torch.eye(len(vectors), dtype=torch.bool)
    wanted = (teacher @ teacher.T / DISTIL_TEMPERATURE).masked_fill(itself, -1e4).softmax(dim=1)
    given = (vectors @ others.T / DISTIL_TEMPERATURE).masked_fill(itself, -1e4).log_softmax(dim=1)
    return functional.kl_div(given, wanted, reduction="batchmean")


def labels(scores: Tensor, wanted: Tensor) -> Tensor:
    """Classify those that have a label; -1 is none."""
    known = wanted >= 0
    return functional.cross_entropy(scores[known], wanted[known]) if known.any() else scores.sum() * 0
