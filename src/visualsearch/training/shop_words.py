"""Distils ImageNet's classes, summed to shop words, into a map of the package's vectors: `train words`."""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnx.parser
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from visualsearch.domain import Vectors
from visualsearch.errors import BadInput
from visualsearch.training.corpus import Example, examples
from visualsearch.training.data import read_pixels
from visualsearch.training.export import SIZE, to_onnx
from visualsearch.training.lite0 import PACKAGE, PACKAGE_VERSION, load_published
from visualsearch.training.show import Show
from visualsearch.vision.embed import Embedder, prepare
from visualsearch.vision.kinds import LEAST_SURE
from visualsearch.vision.session import open_session
from visualsearch.vision.shop_words import ShopWordsCard
from visualsearch.vision.weights import Measurement, Pictures

CLASSES: Mapping[str, tuple[int, ...]] = {
    "chair": (423, 559, 765, 857),  # barber chair, folding chair, rocking chair, throne
    "sofa": (831,),  # studio couch
    "table": (526, 532),  # desk, dining table
    "lamp": (619, 846),  # lampshade, table lamp
    "cabinet": (493, 495, 648, 894),  # chiffonier, china cabinet, medicine chest, wardrobe
    "shelf": (453,),  # bookcase
    "rug": (539, 741),  # doormat, prayer rug
    "pillow": (721, 750),  # pillow, quilt
    "vase or pot": (738, 883),  # pot, vase
    "shirt": (474, 610, 841),  # cardigan, jersey, sweatshirt
    "trousers": (608,),  # jean
    "skirt": (601, 655, 689),  # hoopskirt, miniskirt, overskirt
    "shoes": (502, 514, 630, 770),  # clog, cowboy boot, loafer, running shoe
    "sandals": (774,),  # sandal
    "socks": (806,),  # sock
    "hat": (433, 452, 515, 808),  # bathing cap, bonnet, cowboy hat, sombrero
    "tie": (457, 906),  # bow tie, Windsor tie
    "watch or clock": (409, 531, 635, 826),  # analog clock, digital watch, magnetic compass, stopwatch
    "bag": (636, 748),  # mailbag, purse
    "backpack": (414,),  # backpack
    "wallet": (893,),  # wallet
    "sunglasses": (836, 837),  # sunglass, sunglasses
}
"""The classes of ImageNet that each shop word sums up, by their numbers among the 1,000 of 2012."""
WORDS = tuple(CLASSES)

KINDS: Mapping[str, tuple[str, ...]] = {
    "chair": ("chair", "bench", "ottoman"),
    "sofa": ("sofa", "bench", "ottoman"),
    "table": ("table",),
    "lamp": ("lamp",),
    "cabinet": ("cabinet", "dresser"),
    "shelf": ("shelf",),
    "rug": ("rug", "floor mat"),
    "pillow": ("pillow",),
    "vase or pot": ("plant or flower pot",),
    "shirt": ("Tshirts", "Shirts", "Tops", "Sweaters", "Sweatshirts"),
    "trousers": ("Trousers", "Jeans", "Track Pants", "Capris", "Lounge Pants"),
    "skirt": ("Skirts",),
    "shoes": ("Casual Shoes", "Sports Shoes", "Formal Shoes", "Heels", "Flats"),
    "sandals": ("Sandals", "Sports Sandals", "Flip Flops", "Heels", "Flats"),
    "socks": ("Socks",),
    "hat": ("Caps", "Hat"),
    "tie": ("Ties",),
    "watch or clock": ("Watches",),
    "bag": ("Handbags", "Clutches", "Laptop Bag", "Duffel Bag", "Messenger Bag"),
    "backpack": ("Backpacks", "Rucksacks"),
    "wallet": ("Wallets", "Clutches"),
    "sunglasses": ("Sunglasses",),
}
"""The kinds of the sets' catalogues that a word is right for; for every other kind none is."""

MOST_OF_A_SET = 1000
CALIBRATED_BY = 5
"""One in so many pictures is not learnt from, and sets how sure the words are told."""
TRUST = 0.7
"""How much of what is learnt is corrected by the catalogue, where it says a kind."""
LEAST_TOLD = 1e-3
"""What a right word counts for that the network does not tell at all."""
DECAY = 1e-5
ROUNDS = 500
BATCH = 16
LICENCE = (
    "amazon: CC BY 4.0 or CC BY-NC 4.0 (its publisher states both); fashion, packshots, furniture: none "
    "stated. No picture is in the model."
)
_GRAPH = """
<ir_version: 10, opset_import: ["" : 20]>
words (float[n, DIMENSION] vectors) => (float[n, OUTPUTS] probabilities) {
    mapped = MatMul (vectors, weights)
    logits = Add (mapped, offsets)
    probabilities = Softmax <axis = -1> (logits)
}
"""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is learnt from."""

    vectors: Vectors
    """Shape (n, dimension)."""
    told: Numbers
    """Shape (n, words + 1): what the published network says; the last is what no word sums up."""
    is_right: NDArray[np.bool_]
    """Shape (n, words + 1): what the catalogue says; no entry of a row is true where it says nothing."""


@dataclass(frozen=True, slots=True)
class LinearWords:
    """What was learnt."""

    weights: Numbers
    """Shape (dimension, words + 1)."""
    offsets: Numbers
    """Shape (words + 1,)."""

    def probabilities(self, vectors: Vectors) -> Numbers:
        """Compute [n, words + 1]."""
        logits = vectors @ self.weights + self.offsets
        likely = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(likely / likely.sum(axis=1, keepdims=True))


def train_words(out: Path, data: Path, show: Show) -> ShopWordsCard:
    """Look at pictures by both networks, learn, and write the model with its card.

    Raises BadInput if the pictures are not there.
    """
    out.mkdir(parents=True, exist_ok=True)
    embedder = Embedder(runtime="onnxruntime")
    chosen = _some_of_each(examples(data))
    lesson = read_lesson(chosen, embedder, lambda share, what: show(share * 0.7, what))
    words = learn(lesson)
    asked = [one for one in _some_of_each(examples(data, held_out=True)) if one.kind]
    vectors = _embed(asked, embedder, lambda share, what: show(0.7 + share * 0.3, what))
    trained_on = Pictures(pictures=dict(Counter(_set_of(one) for one in chosen)), licence=LICENCE)
    return write(words, trained_on, embedder.card.sha256, _measure(words, asked, vectors), out)


def read_lesson(chosen: Sequence[Example], embedder: Embedder, show: Show) -> Lesson:
    """Ask the published network, and the catalogue where it says a kind, about pictures."""
    if not chosen:
        raise BadInput("expected pictures to learn from, found none; name their folder with --data")
    vectors = _embed(chosen, embedder, lambda share, what: show(share / 2, what))
    told = _ask_published(chosen, lambda share, what: show(0.5 + share / 2, what))
    return Lesson(vectors, told, right_words([one.kind for one in chosen]))


def right_words(kinds: Sequence[str]) -> NDArray[np.bool_]:
    """Tell [n, words + 1] which words are right for kinds, the last where none is; "" has no right one."""
    words = np.array([[kind in KINDS[word] for word in WORDS] for kind in kinds])
    none = np.array([[kind != ""] for kind in kinds]) & ~words.any(axis=1, keepdims=True)
    return np.concatenate([words, none], axis=1)


def sum_classes(classes: NDArray[np.floating]) -> Numbers:
    """Sum the probabilities of ImageNet's classes [n, 1000] by shop word, [n, words + 1]."""
    words = np.stack([classes[:, list(numbers)].sum(axis=1) for numbers in CLASSES.values()], axis=1)
    rest = np.maximum(1 - words.sum(axis=1, keepdims=True), 0)
    return np.concatenate([words, rest], axis=1).astype(np.float64)


def corrected(lesson: Lesson) -> Numbers:
    """Share what the published network says [n, words + 1] between it and the words that are right."""
    right = (lesson.told + LEAST_TOLD) * lesson.is_right
    is_known = lesson.is_right.any(axis=1, keepdims=True)
    right = np.where(is_known, right / np.maximum(right.sum(axis=1, keepdims=True), LEAST_TOLD), lesson.told)
    return np.asarray(TRUST * right + (1 - TRUST) * lesson.told)


def learn(lesson: Lesson) -> LinearWords:
    """Learn what the published network says, corrected, then how sure that is, by pictures left out.

    Distillation: Hinton, Vinyals, Dean (2015), arXiv:1503.02531; temperature scaling: Guo et al., ICML 2017.
    """
    is_left_out = np.arange(len(lesson.vectors)) % CALIBRATED_BY == 0
    vectors = torch.tensor(lesson.vectors[~is_left_out], dtype=torch.float64)
    told = torch.tensor(corrected(lesson)[~is_left_out], dtype=torch.float64)
    weights = torch.zeros((vectors.shape[1], told.shape[1]), dtype=torch.float64, requires_grad=True)
    offsets = torch.zeros(told.shape[1], dtype=torch.float64, requires_grad=True)

    def loss() -> Tensor:
        missed = -(told * (vectors @ weights + offsets).log_softmax(dim=1)).sum(dim=1).mean()
        return missed + DECAY * weights.square().sum()

    _minimise(loss, [weights, offsets])
    found = LinearWords(weights.detach().numpy(), offsets.detach().numpy())
    sharpness = _sharpness(found, lesson, is_left_out & lesson.is_right.any(axis=1))
    return LinearWords(found.weights * sharpness, found.offsets * sharpness)


def write(
    words: LinearWords, trained_on: Pictures, embedder: str, measured: Sequence[Measurement], out: Path
) -> ShopWordsCard:
    """Write the model and its card into a folder; ``embedder`` is the sha256 of whose vectors it takes."""
    model = out / "shop-words.onnx"
    onnx.save(to_graph(words), model)
    data = model.read_bytes()
    card = ShopWordsCard(
        name="shop-words",
        version="1",
        description="ImageNet's classes, summed to shop words, told from the vectors of the embedding model.",
        file=model.name,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        licence="Apache-2.0",
        source=f"PyPI {PACKAGE} {PACKAGE_VERSION}: its classes, distilled",
        recipe="visualsearch train words --out DIR --data DATA",
        trained_on=trained_on,
        embedder=embedder,
        names=WORDS,
        measured=tuple(measured),
    )
    (out / "shop-words.json").write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    return card


def to_graph(words: LinearWords) -> onnx.ModelProto:
    """Write float32 [n, dimension] -> [n, words + 1]."""
    dimension, outputs = words.weights.shape
    model = onnx.parser.parse_model(
        _GRAPH.replace("DIMENSION", str(dimension)).replace("OUTPUTS", str(outputs))
    )
    for name, value in (("weights", words.weights), ("offsets", words.offsets)):
        model.graph.initializer.append(numpy_helper.from_array(value.astype(np.float32), name))
    onnx.checker.check_model(model)
    return model


def measure(probabilities: NDArray[np.floating], is_right: NDArray[np.bool_]) -> tuple[float, float]:
    """Tell the share of rows that are tagged, and the share of the tags that are right."""
    best = probabilities[:, :-1].argmax(axis=1)
    rows = np.arange(len(best))
    is_tagged = probabilities[rows, best] >= LEAST_SURE
    right = is_right[rows, best][is_tagged]
    return float(is_tagged.mean()), float(right.mean()) if len(right) else 0.0


def _measure(words: LinearWords, asked: Sequence[Example], vectors: Vectors) -> list[Measurement]:
    """Measure on held-out pictures: of kinds that a word names, and of all."""
    probabilities, is_right = words.probabilities(vectors), right_words([one.kind for one in asked])
    sets = np.array([_set_of(one) for one in asked])
    is_named = ~is_right[:, -1]
    rows = []
    for which, is_in in (
        ("all", np.ones(len(asked), np.bool_)),
        *((one, sets == one) for one in sorted(set(sets))),
    ):
        for kinds, chosen in (("kinds that a word names", is_in & is_named), ("all kinds", is_in)):
            tagged, right = measure(probabilities[chosen], is_right[chosen])
            conditions = f"{int(chosen.sum())} held-out pictures, {which}, {kinds}"
            rows.append(Measurement(what="share tagged", value=round(tagged, 3), conditions=conditions))
            rows.append(Measurement(what="share of tags right", value=round(right, 3), conditions=conditions))
    return rows


def _sharpness(words: LinearWords, lesson: Lesson, is_asked: NDArray[np.bool_]) -> float:
    """Find by what to multiply the logits so that the catalogue's words are the likeliest."""
    if not is_asked.any():
        return 1.0
    logits = torch.tensor(lesson.vectors[is_asked] @ words.weights + words.offsets)
    is_right = torch.tensor(lesson.is_right[is_asked])
    sharpness = torch.ones(1, dtype=torch.float64, requires_grad=True)

    def loss() -> Tensor:
        likely = (logits * sharpness).log_softmax(dim=1)
        return -torch.where(is_right, likely, -torch.inf).logsumexp(dim=1).mean()

    _minimise(loss, [sharpness])
    return float(sharpness.detach()[0])


def _minimise(loss: Callable[[], Tensor], weights: list[Tensor]) -> None:
    optimiser = torch.optim.LBFGS(weights, max_iter=ROUNDS, line_search_fn="strong_wolfe")

    def step() -> Tensor:
        optimiser.zero_grad()
        found = loss()
        found.backward()
        return found

    optimiser.step(step)


def _embed(chosen: Sequence[Example], embedder: Embedder, show: Show) -> Vectors:
    found = []
    for start in range(0, len(chosen), BATCH):
        show(start / len(chosen), f"embedding {len(chosen)} pictures")
        found.append(embedder.embed([read_pixels(one.path) for one in chosen[start : start + BATCH]]))
    return np.concatenate(found)


def _ask_published(chosen: Sequence[Example], show: Show) -> Numbers:
    """Ask the published network, by ONNX Runtime: several times as fast as torch."""
    told = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "published.onnx"
        onnx.save(to_onnx(_Published().eval()), path)
        session = open_session(path, runtime="onnxruntime")
        for start in range(0, len(chosen), BATCH):
            show(start / len(chosen), f"asking about {len(chosen)} pictures")
            some = chosen[start : start + BATCH]
            told.append(session.run(np.stack([prepare(read_pixels(one.path), SIZE) for one in some])))
    return sum_classes(np.concatenate(told))


class _Published(nn.Module):  # type: ignore[misc] # torch is untyped here
    """Maps uint8 RGB pixels [n, height, width, 3] to the probabilities [n, 1000] of ImageNet's classes."""

    def __init__(self) -> None:
        super().__init__()
        self.network = load_published()

    def forward(self, pixels: Tensor) -> Tensor:
        logits: Tensor = self.network(((pixels.float() - 127.0) / 128.0).permute(0, 3, 1, 2))
        return logits.softmax(dim=1)


def _some_of_each(found: Sequence[Example]) -> list[Example]:
    """Choose evenly at most so many of each set, of those whose kind is known where any is."""
    sets: dict[str, list[Example]] = {}
    for one in found:
        sets.setdefault(_set_of(one), []).append(one)
    chosen = []
    for of_set in sets.values():
        known = [one for one in of_set if one.kind] or of_set
        count = min(MOST_OF_A_SET, len(known))
        chosen += [known[number * len(known) // count] for number in range(count)]
    return chosen


def _set_of(example: Example) -> str:
    return example.path.parent.parent.name
