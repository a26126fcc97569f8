"""Writes fitted voices and their blend as one ONNX graph."""

import numpy as np
import onnx
from onnx import helper, numpy_helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType

from visualsearch.training.blend import FLOOR, Blend
from visualsearch.training.voices import FOREST, Voices

_OPSETS = {"": 18, "ai.onnx.ml": 3}


def kinds_graph(parts: Voices, blend: Blend) -> onnx.ModelProto:
    """Put the voices that count into one graph that takes vectors and votes, and gives probabilities."""
    count, dimension = parts.count, parts.fitted.vectors.shape[1]
    voices = [place for place, weight in enumerate(blend.weights) if weight > 0]
    if FOREST in voices:
        vectors = [("vectors", FloatTensorType([None, dimension]))]
        model = to_onnx(parts.forest, initial_types=vectors, options={"zipmap": False}, target_opset=_OPSETS)
        grown = model.graph.output[1].name
    else:
        vectors = [helper.make_tensor_value_info("vectors", onnx.TensorProto.FLOAT, [None, dimension])]
        opsets = [helper.make_opsetid(domain, version) for domain, version in _OPSETS.items()]
        model = helper.make_model(
            helper.make_graph([], "kinds", vectors, []), opset_imports=opsets, ir_version=8
        )
        grown = ""
    graph = model.graph
    coefficients, intercepts = parts.linear.coef_, parts.linear.intercept_
    if len(coefficients) == 1:  # of two kinds one number tells both
        coefficients, intercepts = (np.concatenate([-one, one]) for one in (coefficients, intercepts))
        coefficients, intercepts = coefficients / 2, intercepts / 2
    constants = {
        "coefficients": coefficients.T,
        "intercepts": intercepts,
        "linear_places": np.eye(count)[parts.linear.classes_],
        "forest_places": np.eye(count)[parts.forest.classes_],
        "floor": FLOOR,
        "last": blend.last,
        **{f"sharpness_{place}": by for place, by in enumerate(blend.sharpness)},
        **{f"weight_{place}": by for place, by in enumerate(blend.weights)},
    }
    graph.initializer.extend(
        numpy_helper.from_array(np.asarray(value, np.float32), name) for name, value in constants.items()
    )
    steps: list[tuple[str, list[str], str]] = [
        ("MatMul", ["vectors", "coefficients"], "projected"),
        ("Add", ["projected", "intercepts"], "logits"),
        ("Softmax", ["logits"], "linear"),
        ("MatMul", ["linear", "linear_places"], "voice_0"),
        *([("MatMul", [grown, "forest_places"], "voice_1")] if grown else []),
        ("Identity", ["votes"], "voice_2"),
        *(step for place in voices for step in _sharpened(f"voice_{place}", f"sharpness_{place}")),
        *(("Mul", [f"voice_{place}_sharp", f"weight_{place}"], f"weighed_{place}") for place in voices),
        ("Sum", [f"weighed_{place}" for place in voices], "mixed"),
        *_sharpened("mixed", "last"),
    ]
    graph.node.extend(helper.make_node(kind, given, [made]) for kind, given, made in steps)
    graph.input.append(helper.make_tensor_value_info("votes", onnx.TensorProto.FLOAT, [None, count]))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("mixed_sharp", onnx.TensorProto.FLOAT, [None, count]))
    onnx.checker.check_model(model)
    return model


def _sharpened(given: str, by: str) -> list[tuple[str, list[str], str]]:
    """Do in a graph what ``blend._sharpen`` does."""
    return [
        ("Add", [given, "floor"], f"{given}_floored"),
        ("Log", [f"{given}_floored"], f"{given}_log"),
        ("Mul", [f"{given}_log", by], f"{given}_raised"),
        ("Softmax", [f"{given}_raised"], f"{given}_sharp"),
    ]
