"""Small ONNX models with exactly the inputs and outputs of the large detectors.

Each really looks: it marks the places of its input that have the colour of the drawn rectangle after its own
preparation, so that wrong channels, means, scales or padding lose the rectangle or move its box.
"""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from visualsearch.vision.weights import DetectorCard, Family
from visualsearch.vision.zoo import detectors

COLOUR = (210, 60, 120)
"""Of the rectangle: all channels differ, so that none can stand for another."""
TOLERANCE = 30.0
"""Of a pixel's value, 0 to 255: scaling mixes colours at the edges."""
CHAIR = 56
"""Its place among COCO's kinds, starting at 0."""
SOFA = 18
"""Its place among Pascal VOC's surfaces, the background being 0."""
MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])

Outputs = dict[str, tuple[int, list[Any]]]
Made = tuple[onnx.GraphProto, Family, int]


class Graph:
    """A graph that grows node by node."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, operator: str, *given: str | NDArray[Any], out: str = "", **attributes: Any) -> str:
        """Add a node and give its output's name."""
        names = [one if isinstance(one, str) else self.constant(one) for one in given]
        name = out or f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, names, [name], **attributes))
        return name

    def constant(self, value: NDArray[Any]) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def mark(self, pixels: str, colour: NDArray[np.float64], tolerance: NDArray[np.float64]) -> str:
        """Mark with 1 the places [1, 1, height, width] of pixels [1, 3, height, width] that have a colour."""
        shape = (1, 3, 1, 1)
        away = self.add("Abs", self.add("Sub", pixels, colour.reshape(shape).astype(np.float32)))
        near = self.add("Less", away, tolerance.reshape(shape).astype(np.float32))
        return self.add("ReduceMin", self.add("Cast", near, to=TensorProto.FLOAT), axes=[1], keepdims=1)

    def bounds(self, mark: str) -> list[str]:
        """Give left, top, right, bottom [1] in pixels of the marked places."""
        sides = []
        for axis in (2, 3):
            line = self.add("ReduceMax", mark, axes=[axis], keepdims=0)
            line = self.add("Reshape", line, np.array([-1], np.int64))
            first = self.add("ArgMax", line, axis=0, keepdims=1)
            last = self.add("ArgMax", line, axis=0, keepdims=1, select_last_index=1)
            after = self.add("Add", last, np.array([1], np.int64))
            sides.append([self.add("Cast", one, to=TensorProto.FLOAT) for one in (first, after)])
        (left, right), (top, bottom) = sides
        return [left, top, right, bottom]

    def made(self, inputs: dict[str, list[Any]], outputs: Outputs) -> onnx.GraphProto:
        return helper.make_graph(
            self.nodes,
            "detector",
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
            [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in outputs.items()],
            self.constants,
        )


def faster_rcnn() -> Made:
    """Take image [3, height, width], sides multiples of 32; give boxes, labels and scores of n boxes."""
    graph = Graph()
    batch = graph.add("Unsqueeze", "image", axes=[0])
    # The rows must be a multiple of 32: this fails otherwise.
    graph.add("Reshape", "image", np.array([3, 32, -1], np.int64))
    colour = np.array(COLOUR[::-1]) - np.array([102.9801, 115.9465, 122.7717])
    sides = graph.bounds(graph.mark(batch, colour, np.full(3, TOLERANCE)))
    box = graph.add("Reshape", graph.add("Concat", *sides, axis=0), np.array([1, 4], np.int64))
    graph.add("Concat", box, np.array([[0, 0, 9, 9], [5, 5, 5, 5]], np.float32), out="6379", axis=0)
    graph.add("Identity", np.array([CHAIR + 1, 3, 400], np.int64), out="6381")
    graph.add("Identity", np.array([0.9, 0.01, 0.95], np.float32), out="6383")
    outputs: Outputs = {
        "6379": (TensorProto.FLOAT, ["nbox", 4]),
        "6381": (TensorProto.INT64, ["nbox"]),
        "6383": (TensorProto.FLOAT, ["nbox"]),
    }
    return graph.made({"image": [3, "height", "width"]}, outputs), "faster-rcnn", 800


def ssd() -> Made:
    """Take image [1, 3, 1200, 1200]; give bboxes as fractions, labels and scores."""
    graph = Graph()
    colour, tolerance = (np.array(COLOUR) / 255 - MEAN) / STD, TOLERANCE / 255 / STD
    sides = graph.bounds(graph.mark("image", colour, tolerance))
    box = graph.add("Div", graph.add("Concat", *sides, axis=0), np.array([1200], np.float32))
    graph.add("Reshape", box, np.array([1, 1, 4], np.int64), out="bboxes")
    graph.add("Identity", np.array([[CHAIR + 1]], np.int64), out="labels")
    graph.add("Identity", np.array([[0.8]], np.float32), out="scores")
    outputs: Outputs = {
        "bboxes": (TensorProto.FLOAT, [1, "nbox", 4]),
        "labels": (TensorProto.INT64, [1, "nbox"]),
        "scores": (TensorProto.FLOAT, [1, "nbox"]),
    }
    return graph.made({"image": [1, 3, 1200, 1200]}, outputs), "ssd", 1200


def yolov3() -> Made:
    """Take input_1 [1, 3, 416, 416] and image_shape [1, 2]; undo the letterbox as the published one does."""
    graph = Graph()
    left, top, right, bottom = graph.bounds(
        graph.mark("input_1", np.array(COLOUR) / 255, np.full(3, TOLERANCE / 255))
    )
    box = graph.add("Concat", top, left, bottom, right, axis=0)
    shape = graph.add("Reshape", "image_shape", np.array([2], np.int64))
    scale = graph.add("ReduceMin", graph.add("Div", np.array([416], np.float32), shape), axes=[0], keepdims=1)
    empty = graph.add("Sub", np.array([416], np.float32), graph.add("Mul", shape, scale))
    offset = graph.add("Mul", empty, np.array([0.5], np.float32))
    moved = graph.add("Sub", box, graph.add("Concat", offset, offset, axis=0))
    undone = graph.add("Reshape", graph.add("Div", moved, scale), np.array([1, 1, 4], np.int64))
    graph.add("Concat", np.zeros((1, 1, 4), np.float32), undone, out="boxes", axis=1)
    scores = np.zeros((1, 80, 2), np.float32)
    scores[0, CHAIR, 1] = 0.7
    graph.add("Identity", scores, out="scores")
    graph.add("Identity", np.array([[[0, CHAIR, 1]]], np.int32), out="indices")
    outputs: Outputs = {
        "boxes": (TensorProto.FLOAT, [1, "candidates", 4]),
        "scores": (TensorProto.FLOAT, [1, 80, "candidates"]),
        "indices": (TensorProto.INT32, [1, "nbox", 3]),
    }
    return graph.made({"input_1": [1, 3, 416, 416], "image_shape": [1, 2]}, outputs), "yolov3", 416


def fcn() -> Made:
    """Take input [n, 3, height, width]; give out and aux [n, 21, height, width]."""
    graph = Graph()
    colour, tolerance = (np.array(COLOUR) / 255 - MEAN) / STD, TOLERANCE / 255 / STD
    mark = graph.mark("input", colour, tolerance)
    there, away = np.zeros((1, 21, 1, 1), np.float32), np.zeros((1, 21, 1, 1), np.float32)
    there[0, SOFA], away[0, 0] = 9, 9
    empty = graph.add("Sub", np.ones((1, 1, 1, 1), np.float32), mark)
    graph.add("Add", graph.add("Mul", mark, there), graph.add("Mul", empty, away), out="out")
    graph.add("Mul", "out", np.zeros((1, 1, 1, 1), np.float32), out="aux")
    spread: list[Any] = ["n", 21, "height", "width"]
    outputs = {"out": (int(TensorProto.FLOAT), spread), "aux": (int(TensorProto.FLOAT), spread)}
    return graph.made({"input": ["n", 3, "height", "width"]}, outputs), "fcn", 520


MODELS = {"faster-rcnn": faster_rcnn, "ssd": ssd, "yolov3": yolov3, "fcn": fcn}


def write_detector(folder: Path, name: str) -> Path:
    """Write a small model with the card that a pulled one gets, and give the card's path."""
    graph, family, size = MODELS[name]()
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 12)], ir_version=7)
    onnx.checker.check_model(model)
    data = model.SerializeToString()
    known = detectors()[name]
    assert (known.family, known.size) == (family, size)
    card = DetectorCard(
        name=name,
        version="1",
        description="A small one",
        file=f"{name}.onnx",
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        licence="CC0-1.0",
        source="the tests",
        recipe="the tests",
        family=family,
        size=size,
        kinds=known.kinds,
        surfaces=known.surfaces,
        least_score=known.least_score,
    )
    (folder / card.file).write_bytes(data)
    path = folder / f"{name}.json"
    path.write_text(card.model_dump_json(), encoding="utf-8")
    return path
