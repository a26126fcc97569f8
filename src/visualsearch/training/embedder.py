"""Trains the product embedder's tail on kept views; it can be interrupted, and goes on where it was."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from visualsearch.training.batches import Batch, Batches
from visualsearch.training.losses import forgetting, instances, labels
from visualsearch.training.network import DIMENSION, FROZEN_BLOCKS, Tail
from visualsearch.training.show import Show

WARM_STEPS = 50
KEEP_STEPS = 200
"""Steps between two checkpoints."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What one training run does."""

    steps: int = 900
    products_per_batch: int = 96
    group: int = 8
    """A product and its nearest in the teacher's eyes come together: hard negatives of the same kind."""
    tail_rate: float = 3e-4
    head_rate: float = 5e-4
    judge_rate: float = 3e-3
    decay: float = 0.02
    forgetting_weight: float = 2.0
    kind_weight: float = 0.3
    colour_weight: float = 0.2
    average: float = 0.995
    """The tail that is kept averages the last few hundred steps."""
    trained_share: float = 0.6
    """Of the weights that are shipped; the rest is where training started."""
    kind_share: float = 0.7
    """Of the similarity in the model that is shipped."""
    seed: int = 0


def blend(start: Mapping[str, Tensor], tail: Tail, recipe: Recipe) -> None:
    """Go back a part of the way that was trained: little is lost, and what was forgotten comes back.

    Wortsman et al., Robust fine-tuning of zero-shot models, 2022.
    """
    trained = tail.state_dict()
    tail.load_state_dict(
        {
            name: torch.lerp(start[name], value, recipe.trained_share) if value.is_floating_point() else value
            for name, value in trained.items()
        }
    )
    tail.kind_share = recipe.kind_share


class Trainer:
    """A tail, what judges it, and the optimiser's memory; ``folder`` has the checkpoint."""

    def __init__(self, tail: Tail, batches: Batches, recipe: Recipe, folder: Path) -> None:
        torch.manual_seed(recipe.seed)
        self._recipe = recipe
        self._checkpoint = folder / "checkpoint.pt"
        self._batches = batches
        self._tail = tail.to(memory_format=torch.channels_last).eval()  # statistics stay ImageNet's
        self._judges = nn.ModuleList(
            nn.Linear(DIMENSION, count) for count in (self._batches.kind_count, self._batches.colour_count)
        )
        self._optimiser = torch.optim.AdamW(self._groups(), weight_decay=recipe.decay)
        self._averaged = torch.optim.swa_utils.AveragedModel(
            self._tail, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(recipe.average)
        )
        self._step = 0
        self._resume()

    def run(self, show: Show) -> Tail:
        """Train to the last step, and give the tail averaged over the last of them."""
        while self._step < self._recipe.steps:
            losses = self._train(self._batches.at(self._step))
            self._step += 1
            words = " ".join(f"{name} {loss:.3f}" for name, loss in losses.items())
            show(self._step / self._recipe.steps, f"step {self._step} of {self._recipe.steps}: {words}")
            if self._step % KEEP_STEPS == 0 or self._step == self._recipe.steps:
                self._keep()
        averaged: Tail = self._averaged.module
        return averaged

    def _train(self, batch: Batch) -> dict[str, float]:
        """Take one step and tell the parts of the loss, each with its weight."""
        recipe = self._recipe
        self._set_rates()
        kind, instance = self._tail.halves(batch.maps, batch.shallow)
        first, second = self._tail.join(kind.detach(), instance).chunk(2)
        kinds, colours = (judge(8 * self._tail.join(kind, instance)) for judge in self._judges)
        parts = {
            "instance": instances(first, second, batch.too_alike),
            "forgetting": recipe.forgetting_weight * forgetting(kind, batch.targets),
            "kind": recipe.kind_weight * labels(kinds, batch.kinds),
            "colour": recipe.colour_weight * labels(colours, batch.colours),
        }
        self._optimiser.zero_grad()
        torch.stack(list(parts.values())).sum().backward()
        nn.utils.clip_grad_norm_(self._tail.parameters(), 1.0)
        self._optimiser.step()
        self._averaged.update_parameters(self._tail)
        return {name: part.item() for name, part in parts.items()}

    def _set_rates(self) -> None:
        """Warm up, then go down along a cosine to a fiftieth."""
        recipe = self._recipe
        cosine = (1 + math.cos(math.pi * self._step / recipe.steps)) / 2
        share = min(1, (self._step + 1) / WARM_STEPS) * (0.02 + 0.98 * cosine)
        rates = (recipe.tail_rate, recipe.head_rate, recipe.judge_rate)
        for group, rate in zip(self._optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * share

    def _groups(self) -> list[dict[str, list[Tensor]]]:
        """Group what learns: the trunk's last blocks, the head on it, the judges."""
        network = self._tail.network
        network.requires_grad_(requires_grad=False)
        trunk = nn.ModuleList([*list(network.blocks)[FROZEN_BLOCKS:], network.conv_head, network.bn1])
        trunk.requires_grad_(requires_grad=True)
        head = [
            *self._tail.attention.parameters(),
            *self._tail.kind.parameters(),
            *self._tail.instance.parameters(),
        ]
        return [
            {"params": list(trunk.parameters())},
            {"params": head},
            {"params": list(self._judges.parameters())},
        ]

    def _parts(self) -> dict[str, nn.Module | torch.optim.Optimizer]:
        return {
            "tail": self._tail,
            "judges": self._judges,
            "optimiser": self._optimiser,
            "averaged": self._averaged,
        }

    def _keep(self) -> None:
        """Write the checkpoint beside the old one, and only then put it in its place."""
        written = self._checkpoint.with_suffix(".new")
        state = {name: part.state_dict() for name, part in self._parts().items()}
        torch.save({**state, "step": self._step}, written)
        written.replace(self._checkpoint)

    def _resume(self) -> None:
        if not self._checkpoint.is_file():
            return
        state = torch.load(self._checkpoint, weights_only=True)
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        self._step = int(state["step"])
