"""The program that measures a model by its card."""

import sys
from pathlib import Path

import pytest

from visualsearch.training import measure


def test_speed_and_quality_are_printed(
    drawn_data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "SPEED_ROUNDS", 1)
    monkeypatch.setattr(sys, "argv", ["measure", "--data", str(drawn_data), "--runtime", "onnxruntime"])
    measure.main()
    printed = capsys.readouterr().out
    assert "milliseconds for one picture" in printed
    assert "R@1 street to catalogue" in printed
