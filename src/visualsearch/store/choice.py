"""Which model a shop uses, and which it used before: model.json in its folder."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from visualsearch.errors import StoreCorrupt
from visualsearch.store.whole import write_whole

CHOICE = "model.json"


class Named(BaseModel):
    """A model, as a shop names it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    card: str
    """Its card: a path, relative to the shop's folder where it is inside; or package: and a name."""
    eye: str
    """The name of its eye, which its rows in the database carry."""


class Choice(BaseModel):
    """The model that a shop uses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    present: Named
    previous: Named | None = None


def read_choice(folder: Path) -> Choice | None:
    """Read a shop's choice, or None where it was never made; raises StoreCorrupt."""
    path = folder / CHOICE
    try:
        return Choice.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        raise StoreCorrupt(
            f"expected the name of a model in {path}, found: {' '.join(str(error).split())[:200]}; "
            "restore the file, or choose again with: visualsearch models use NAME"
        ) from error


def write_choice(folder: Path, choice: Choice) -> None:
    """Write a shop's choice in one step that outlives a power cut; raises StorageFull."""
    write_whole(folder / CHOICE, choice.model_dump_json(indent=2).encode())
