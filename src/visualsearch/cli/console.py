"""What all commands share: where they print, and which settings their flags make."""

import json
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from visualsearch.settings import Settings, read_settings

out = Console(soft_wrap=True)
errors = Console(stderr=True, soft_wrap=True)

ShopFlag = Annotated[
    Path | None,
    typer.Option("--shop", metavar="DIR", help="Folder of the searchable catalogue [default: shop]"),
]
JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON document for machines")]


def settings_from(**flags: Any) -> Settings:
    """Read the settings with the flags that were given; those that are None were not."""
    return read_settings({name: value for name, value in flags.items() if value is not None})


def print_json(value: object) -> None:
    """Print a value as one JSON document."""
    print(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))  # noqa: T201 (for machines)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)
