"""Makes a model file of an embedder: torch -> ONNX -> 8-bit integers, with its card and evidence."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

from visualsearch.domain import Pixels, Vectors
from visualsearch.evaluation.measure import Pictures
from visualsearch.evaluation.sets import instance_protocols
from visualsearch.training.canonical import draw_pictures
from visualsearch.training.data import CALIBRATION_LICENCE, calibration_pictures, read_pixels
from visualsearch.training.measure import quality_measurements, speed_measurements
from visualsearch.training.quantise import quantise
from visualsearch.vision import weights
from visualsearch.vision.embed import PREPARATION, Embedder, prepare
from visualsearch.vision.weights import Card, Input, Measurement

SIZE = 224
OPSET = 20


@dataclass(frozen=True, slots=True)
class About:
    """What a card tells that the file itself cannot."""

    name: str
    version: str
    description: str
    dimension: int
    licence: str
    source: str
    recipe: str
    trained_on: weights.Pictures | None = None


def export(embedder: nn.Module, about: About, out: Path, data: Path) -> Card:
    """Write the model in 8-bit integers, its card, and vectors to test it by, each named after the model.

    ``data`` is the folder of pictures for calibration and measuring. Raises BadInput if the pictures are
    not there.
    """
    out.mkdir(parents=True, exist_ok=True)
    chosen = calibration_pictures(data)
    whole = to_onnx(embedder)
    model = out / f"{about.name}.onnx"
    quantise(whole, [prepare(read_pixels(path), SIZE) for paths in chosen.values() for path in paths], model)
    calibration = weights.Pictures(
        pictures={name: len(paths) for name, paths in chosen.items()}, licence=CALIBRATION_LICENCE
    )
    card = _write_card(out, _card(about, model, calibration))
    card = _write_card(out, card.model_copy(update={"measured": _measure(about, out, whole, data)}))
    _write_canonical(out, about, embedder)
    return card


def to_onnx(embedder: nn.Module) -> onnx.ModelProto:
    """Trace an embedder: uint8 [n, 224, 224, 3] to float32 [n, dimension], batch normalisation folded in."""
    example = torch.zeros((2, SIZE, SIZE, 3), dtype=torch.uint8)
    program = torch.onnx.export(
        embedder,
        (example,),
        dynamo=True,
        input_names=["pixels"],
        output_names=["vectors"],
        dynamic_shapes=({0: torch.export.Dim("n", min=1, max=1024)},),
        opset_version=OPSET,
        verbose=False,
    )
    return without_traces(program.model_proto)


def embed_by_torch(embedder: nn.Module, pictures: list[Pixels]) -> Vectors:
    """Embed prepared pictures by torch itself, in floating point."""
    with torch.inference_mode():
        vectors: Vectors = embedder(torch.from_numpy(np.stack(pictures))).numpy()
    return vectors


def without_traces(model: onnx.ModelProto) -> onnx.ModelProto:
    """Take out what the exporter notes of the machine it ran on: source lines and their folders."""
    graph = model.graph
    for part in (
        model,
        graph,
        *graph.node,
        *graph.input,
        *graph.output,
        *graph.value_info,
        *graph.initializer,
    ):
        del part.metadata_props[:]
        part.doc_string = ""
    return model


def _measure(about: About, out: Path, whole: onnx.ModelProto, data: Path) -> tuple[Measurement, ...]:
    """Measure the 8-bit model and, for comparison, the float one that it was made from."""
    small = Embedder(out / f"{about.name}.json")
    pictures = Pictures(instance_protocols(data))
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / f"{about.name}.onnx"
        onnx.save(whole, model)
        _write_card(Path(folder), _card(about, model, None))
        large = Embedder(model.with_suffix(".json"))
        return (
            *speed_measurements(small),
            *(row.model_copy(update={"what": f"{row.what}, float32"}) for row in speed_measurements(large)),
            *quality_measurements(small.embed, pictures, f"int8, {small.runtime}"),
            *quality_measurements(large.embed, pictures, f"float32, {large.runtime}"),
        )


def _card(about: About, model: Path, calibration: weights.Pictures | None) -> Card:
    data = model.read_bytes()
    return Card(
        name=about.name,
        version=about.version,
        description=about.description,
        file=model.name,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        licence=about.licence,
        source=about.source,
        recipe=about.recipe,
        trained_on=about.trained_on,
        calibration=calibration,
        input=Input(size=SIZE, preparation=PREPARATION),
        dimension=about.dimension,
    )


def _write_card(out: Path, card: Card) -> Card:
    (out / f"{card.name}.json").write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return card


def _write_canonical(out: Path, about: About, embedder: nn.Module) -> None:
    pictures = list(draw_pictures(SIZE))
    small = Embedder(out / f"{about.name}.json", runtime="onnxruntime")
    np.savez_compressed(
        out / f"{about.name}.npz",
        float32=embed_by_torch(embedder, pictures),
        int8=small.embed(pictures),
    )
