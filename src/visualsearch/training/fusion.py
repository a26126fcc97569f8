"""Learns what look, print and colours are worth for a query, and writes the model: `train fusion`."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnx.parser
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor
from torch.nn.functional import logsigmoid

from visualsearch.search.evidence import FEATURES
from visualsearch.search.judge import JudgeCard
from visualsearch.training.questions import Sort, make_questions
from visualsearch.training.show import Show
from visualsearch.training.weighing import Judged, weigh
from visualsearch.vision.detect import Detector
from visualsearch.vision.embed import Embedder
from visualsearch.vision.look import LookingEye
from visualsearch.vision.weights import Measurement, Pictures

PRINT = (2, 3, 4)
"""The columns by which the same print is told."""
ROUNDS = 500
LICENCE = (
    "amazon: CC BY 4.0 or CC BY-NC 4.0 (its publisher states both); fashion, packshots: none stated; "
    "grounds of photos: street: Apache-2.0, backgrounds: research use. No picture is in the model."
)
_GRAPH = """
<ir_version: 10, opset_import: ["" : 20]>
fusion (float[candidates, FEATURES] features) => (float[candidates, OUTPUTS] judged) {
    axes = Constant <value_ints = [0]> ()
    best = ReduceMax <keepdims = 1> (features, axes)
    of_query = MatMul (best, by_best)
    weights = Add (of_query, always)
    adds = Mul (features, weights)
    prints = MatMul (features, by_print)
    others = Add (prints, offsets)
    judged = Concat <axis = 1> (adds, others)
}
"""
"""``others`` has two columns: what is the same for all candidates, and the logit of the same print."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the fusion learns."""

    decay: float = 1e-3
    """What large weights cost, of numbers scaled to a spread of 1."""
    context: tuple[int, ...] = (0, 2, 9, 11)
    """The columns whose best value tells what others are worth: look, print, studio colours, any studio."""
    context_decay: float = 1e-2
    """What it costs that weights depend on the query."""
    other_view_weight: float = 3.0
    """Of other views against the other sorts: only they show what colours are worth."""


@dataclass(frozen=True, slots=True)
class Fusion:
    """What was learnt."""

    always: Numbers
    """Shape (features,): what each is worth whatever the query."""
    by_best: Numbers
    """Shape (features, features): what the best value of a row's feature adds to the worth of a column's."""
    offset: float
    by_print: Numbers
    """Shape (features,): for the logit that the print is the same."""
    print_offset: float

    def odds(self, features: NDArray[np.float32]) -> Numbers:
        """Compute the logits of one query's candidates, [n, features] -> [n]."""
        weights = self.always + features.max(axis=0) @ self.by_best
        return np.asarray(features @ weights + self.offset)


def train_fusion(out: Path, data: Path, show: Show) -> JudgeCard:
    """Make the questions, learn from their evidence, and write the model with its card."""
    out.mkdir(parents=True, exist_ok=True)
    eye = LookingEye(Embedder(), Detector)
    questions = make_questions(data, eye, lambda share, what: show(share / 2, what))
    judged = list(weigh(questions, lambda share, what: show(0.5 + share / 2, what)))
    fusion = learn(judged, Recipe())
    return write(fusion, judged, _measurements(fusion, judged), out)


def learn(judged: Sequence[Judged], recipe: Recipe) -> Fusion:
    """Learn the weights that put right candidates first, then the scale on which they are odds.

    The loss is that of the right candidates' share of the softmax (ListNet: Cao et al., ICML 2007), each task
    counting the same; the scale is Platt's (1999).
    """
    scale = np.concatenate([one.features for one in judged]).std(axis=0).astype(np.float64) + 1e-9
    always, by_best = _order(judged, scale, recipe)
    order = Fusion(always, by_best, 0.0, np.zeros(len(FEATURES)), 0.0)
    asked = [one for one in judged if one.sort != "kind"]
    scores = np.concatenate([order.odds(one.features) for one in asked])[:, None]
    right = np.concatenate([one.is_right for one in asked])
    [steepness], offset = _logistic(scores, right)
    # Of one style's other colours the print is the same and the product is not.
    printed = [one for one in asked if one.sort != "other view"]
    features = np.concatenate([one.features for one in printed])
    agree = features[:, PRINT[0]] > 0
    told, print_offset = _logistic(
        features[agree][:, PRINT].astype(np.float64), np.concatenate([one.is_right for one in printed])[agree]
    )
    by_print = np.zeros(len(FEATURES))
    by_print[list(PRINT)] = told
    return Fusion(always * steepness, by_best * steepness, offset, by_print, print_offset)


def write(fusion: Fusion, judged: Sequence[Judged], measured: Sequence[Measurement], out: Path) -> JudgeCard:
    """Write the model and its card into a folder."""
    model = out / "fusion.onnx"
    onnx.save(to_onnx(fusion), model)
    data = model.read_bytes()
    card = JudgeCard(
        file=model.name,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        version="1",
        description="What look, print and colours are worth, by what there is of each for a query.",
        licence="Apache-2.0",
        recipe="visualsearch train fusion --out DIR --data DATA",
        features=FEATURES,
        trained_on=Pictures(pictures=dict(Counter(one.shop for one in judged)), licence=LICENCE),
        questions={f"{shop}, {sort}": count for (shop, sort), count in _tasks(judged).items()},
        measured=tuple(measured),
    )
    (out / "fusion.json").write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return card


def _measurements(fusion: Fusion, judged: Sequence[Judged]) -> list[Measurement]:
    """Tell how often the right product comes first in what was learnt from: more than elsewhere."""
    rows = []
    for shop, sort in _tasks(judged):
        asked = [one for one in judged if (one.shop, one.sort) == (shop, sort)]
        for what, order in (
            ("look alone", lambda one: one.features[:, 0]),
            ("all", lambda one: fusion.odds(one.features)),
        ):
            first = float(np.mean([one.is_right[np.argmax(order(one))] for one in asked]))
            rows.append(
                Measurement(
                    what=f"R@1, {shop}, {sort}, {what}", value=round(first, 3), conditions="learnt from"
                )
            )
    return rows


def to_onnx(fusion: Fusion) -> onnx.ModelProto:
    """Write float32 [n, features] -> [n, features + 2]: what each adds, the constant, the print's logit."""
    count = len(FEATURES)
    text = _GRAPH.replace("FEATURES", str(count)).replace("OUTPUTS", str(count + 2))
    model = onnx.parser.parse_model(text)
    constants = {
        "always": fusion.always,
        "by_best": fusion.by_best,
        "by_print": np.stack([np.zeros(count), fusion.by_print], axis=1),
        "offsets": np.array([fusion.offset, fusion.print_offset]),
    }
    for name, value in constants.items():
        model.graph.initializer.append(numpy_helper.from_array(value.astype(np.float32), name))
    onnx.checker.check_model(model)
    return model


def _tasks(judged: Sequence[Judged]) -> Counter[tuple[str, Sort]]:
    """Count the questions of each task."""
    return Counter((one.shop, one.sort) for one in judged)


def _order(judged: Sequence[Judged], scale: Numbers, recipe: Recipe) -> tuple[Numbers, Numbers]:
    """Learn [features] and [features, features] weights from the questions that a candidate answers."""
    answered = [one for one in judged if one.is_right.any()]
    asked = _tasks(judged)
    weights = {"other view": recipe.other_view_weight}
    shares = torch.tensor(
        [weights.get(one.sort, 1.0) / asked[one.shop, one.sort] for one in answered], dtype=torch.float64
    )
    shares = shares / shares.sum()
    features = _padded([one.features / scale for one in answered], 0.0)
    is_there = _padded([np.ones(len(one.features)) for one in answered], 0.0) > 0
    is_right = _padded([one.is_right for one in answered], 0.0) > 0
    # A feature that is nowhere negative is at least the padding's 0.
    best = torch.where(is_there[:, :, None], features, -torch.inf).amax(dim=1)
    tells = torch.zeros((len(scale), 1), dtype=torch.float64)
    tells[list(recipe.context)] = 1.0
    always = torch.zeros(len(scale), dtype=torch.float64, requires_grad=True)
    by_best = torch.zeros((len(scale), len(scale)), dtype=torch.float64, requires_grad=True)

    def loss() -> Tensor:
        scores = (features * (always + best @ (by_best * tells))[:, None]).sum(dim=2)
        every = torch.where(is_there, scores, -torch.inf).logsumexp(dim=1)
        right = torch.where(is_right, scores, -torch.inf).logsumexp(dim=1)
        cost = recipe.decay * always.square().sum() + recipe.context_decay * by_best.square().sum()
        return (shares * (every - right)).sum() + cost

    _minimise(loss, [always, by_best])
    learnt = (by_best * tells).detach().numpy()
    return always.detach().numpy() / scale, learnt / scale[:, None] / scale


def _logistic(given: Numbers, is_right: NDArray[np.bool_]) -> tuple[Numbers, float]:
    """Fit weights [n] and an offset to tell right from wrong."""
    inputs, signs = torch.tensor(given), torch.tensor(np.where(is_right, 1.0, -1.0))
    weights = torch.zeros(given.shape[1], dtype=torch.float64, requires_grad=True)
    offset = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    _minimise(lambda: -logsigmoid(signs * (inputs @ weights + offset)).mean(), [weights, offset])
    return weights.detach().numpy(), float(offset.detach()[0])


def _minimise(loss: Callable[[], Tensor], weights: list[Tensor]) -> None:
    optimiser = torch.optim.LBFGS(
        weights, max_iter=ROUNDS, line_search_fn="strong_wolfe", tolerance_change=1e-10
    )

    def step() -> Tensor:
        optimiser.zero_grad()
        found = loss()
        found.backward()
        return found

    optimiser.step(step)


def _padded(rows: Sequence[NDArray[np.generic]], value: float) -> Tensor:
    tensors = [torch.tensor(np.asarray(one, np.float64)) for one in rows]
    return torch.nn.utils.rnn.pad_sequence(tensors, batch_first=True, padding_value=value)
