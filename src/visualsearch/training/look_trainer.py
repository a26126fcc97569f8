"""Trains the look model on drawn samples; it can be interrupted, and goes on where it was."""

import math
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from visualsearch.training.look_corpus import LookCorpus
from visualsearch.training.look_front import Front
from visualsearch.training.look_losses import Batch, batch_of, losses, surface_weights
from visualsearch.training.look_network import LookNetwork
from visualsearch.training.look_samples import Sample, Samples
from visualsearch.training.show import Show

WARM_STEPS = 200
KEEP_STEPS = 100
"""Steps between two checkpoints."""
WEIGHING = 64
"""Samples that tell how common the surfaces are."""


@dataclass(frozen=True, slots=True)
class LookRecipe:
    """What one training run does."""

    steps: int = 4300
    batch: int = 64
    trunk_rate: float = 3e-4
    head_rate: float = 2e-3
    decay: float = 0.05
    average: float = 0.999
    """The network that is kept averages the last thousand steps or so."""
    minutes: float | None = None
    """If set, the steps are taken to end after so long: the rates go down with time instead."""
    seed: int = 0


class LookTrainer:
    """A network and the optimiser's memory; ``folder`` has the checkpoint."""

    def __init__(self, corpus: LookCorpus, recipe: LookRecipe, folder: Path) -> None:
        torch.manual_seed(recipe.seed)
        self._recipe = recipe
        self._samples = Samples(corpus, recipe.seed)
        self._checkpoint = folder / "checkpoint.pt"
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = LookNetwork().to(self._device, memory_format=torch.channels_last)
        trunk, heads = self._network.learning()
        self._front = None if self._device.type == "cuda" else Front(self._network, folder)
        self._optimiser = torch.optim.AdamW([{"params": trunk}, {"params": heads}], weight_decay=recipe.decay)
        self._averaged = torch.optim.swa_utils.AveragedModel(
            self._network,
            multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(recipe.average),
            use_buffers=True,
        )
        drawn = [self._samples.at(number).labels for number in range(WEIGHING)]
        self._weights = surface_weights(drawn).to(self._device)
        self._step, self._seconds = 0, 0.0
        self._resume()

    def run(self, show: Show) -> LookNetwork:
        """Train to the end, and give the network averaged over the last steps."""
        start = time.monotonic() - self._seconds
        self._network.train()
        for batch in self._batches():
            self._seconds = time.monotonic() - start
            if self._done() >= 1:
                break
            parts = self._train(batch)
            self._step += 1
            words = " ".join(f"{name} {loss:.3f}" for name, loss in parts.items())
            show(min(1.0, self._done()), f"step {self._step}, {self._seconds:.0f} s: {words}")
            if self._step % KEEP_STEPS == 0:
                self._keep()
        self._keep()
        averaged: LookNetwork = self._averaged.module
        averaged.cpu().eval()
        return averaged

    @property
    def samples(self) -> int:
        """How many were learnt from."""
        return self._step * self._recipe.batch

    def _train(self, batch: Batch) -> dict[str, float]:
        self._set_rates()
        batch = batch.to(self._device)
        maps = batch.maps if self._front is not None else self._network.front(*batch.maps)
        found, surfaces = self._network.raw(*maps)
        parts = losses(found, surfaces, batch, self._weights)
        self._optimiser.zero_grad()
        torch.stack(list(parts.values())).sum().backward()
        nn.utils.clip_grad_norm_(self._network.parameters(), 10.0)
        self._optimiser.step()
        self._averaged.update_parameters(self._network)
        return {name: part.item() for name, part in parts.items()}

    def _done(self) -> float:
        if self._recipe.minutes is not None:
            return self._seconds / (60 * self._recipe.minutes)
        return self._step / self._recipe.steps

    def _set_rates(self) -> None:
        """Warm up, then go down along a cosine to a fiftieth."""
        cosine = (1 + math.cos(math.pi * min(1.0, self._done()))) / 2
        share = min(1, (self._step + 1) / WARM_STEPS) * (0.02 + 0.98 * cosine)
        rates = (self._recipe.trunk_rate, self._recipe.head_rate)
        for group, rate in zip(self._optimiser.param_groups, rates, strict=True):
            group["lr"] = rate * share

    def _batches(self) -> Iterator[Batch]:
        """Draw the batches that are still to come, by processes ahead of the training."""
        yield from DataLoader(
            _Drawn(self._samples, self._step * self._recipe.batch),
            self._recipe.batch,
            num_workers=1 if self._front is not None else max(1, (os.cpu_count() or 1) - 1),
            collate_fn=partial(_batch, self._front),
            prefetch_factor=3,
            # Forked, it hangs now and then: a thread of OpenCV's may hold a lock that the copy never gets.
            multiprocessing_context="spawn",
        )

    def _keep(self) -> None:
        state = {
            "network": self._network.state_dict(),
            "averaged": self._averaged.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "step": self._step,
            "seconds": self._seconds,
        }
        part = self._checkpoint.with_suffix(".part")
        torch.save(state, part)
        part.replace(self._checkpoint)

    def _resume(self) -> None:
        if self._checkpoint.is_file():
            state = torch.load(self._checkpoint, map_location=self._device, weights_only=True)
            self._network.load_state_dict(state["network"])
            self._averaged.load_state_dict(state["averaged"])
            self._optimiser.load_state_dict(state["optimiser"])
            self._step, self._seconds = state["step"], state["seconds"]


def _batch(front: Front | None, samples: list[Sample]) -> Batch:
    """Let the samples' process run the frozen part too, where the network is not on a device of its own."""
    maps: tuple[Tensor, ...] = (
        (torch.from_numpy(np.stack([sample.pixels for sample in samples])),)
        if front is None
        else front.run(samples)
    )
    return batch_of(samples, maps)


class _Drawn(Dataset[Sample]):  # type: ignore[misc] # torch is untyped here
    """The samples from a number on, without end."""

    def __init__(self, samples: Samples, start: int) -> None:
        self._samples, self._start = samples, start

    def __len__(self) -> int:
        return 1 << 30

    def __getitem__(self, number: int) -> Sample:
        return self._samples.at(self._start + number)
