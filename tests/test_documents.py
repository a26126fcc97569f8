"""The documents tell of everything there is."""

from pathlib import Path

import pytest
import typer
from pydantic import BaseModel

from visualsearch.catalogue import FORMATS
from visualsearch.cli.main import app
from visualsearch.settings import Settings

DOCS = Path(__file__).parents[1] / "docs"
GUIDE = (DOCS / "guide.md").read_text(encoding="utf-8")
HTTP = (DOCS / "http.md").read_text(encoding="utf-8")


def settings() -> list[str]:
    """The names of all settings, as they are written in the guide."""
    names: list[str] = []
    for name, field in Settings.model_fields.items():
        group = field.annotation
        if isinstance(group, type) and issubclass(group, BaseModel):
            names += [f"{name}.{inner}" for inner in group.model_fields]
        else:
            names.append(name)
    return names


@pytest.mark.parametrize("setting", settings())
def test_the_guide_tells_of_every_setting(setting: str) -> None:
    assert f"| `{setting}` |" in GUIDE


@pytest.mark.parametrize("command", sorted(typer.main.get_group(app).commands))
def test_the_guide_tells_of_every_command(command: str) -> None:
    assert f"`visualsearch {command}`" in GUIDE


@pytest.mark.parametrize("name", FORMATS)
def test_the_guide_tells_of_every_format(name: str) -> None:
    assert f"| `{name}` |" in GUIDE
