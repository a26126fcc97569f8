"""The look model of the package, made from nothing but published weights and pictures."""

from pathlib import Path

import torch

from visualsearch.training.look_corpus import look_corpus
from visualsearch.training.look_export import export_look
from visualsearch.training.look_trainer import LookRecipe, LookTrainer
from visualsearch.training.show import Show
from visualsearch.vision.weights import DetectorCard


def train_look(out: Path, data: Path, recipe: LookRecipe, show: Show) -> DetectorCard:
    """Train the look model and export it; started again on the same folder, it goes on.

    ``out`` also gets the checkpoint, which can be deleted afterwards.
    """
    work = out / "work"
    work.mkdir(parents=True, exist_ok=True)
    corpus = look_corpus(data)
    trainer = LookTrainer(corpus, recipe, work)
    network = trainer.run(show)
    torch.save(network.state_dict(), out / "lite0-look.pt")
    return export_look(network, corpus, out, trainer.samples)
