"""Models by name that are not in the package: what they are, where they come from, what they take."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from visualsearch.errors import NotFound
from visualsearch.vision.weights import Card, File, Input, Output, Sha256, TextTower, Words

CATALOGUE = Path(__file__).with_name("zoo.json")


class Frozen(BaseModel):
    """A part of the catalogue."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Remote(Frozen):
    """A file on the hub."""

    path: str = Field(description="Inside its repository.")
    sha256: Sha256 | None = Field(default=None, description="None is pinned by the first pull.")
    about_bytes: int = Field(gt=0, description="About how large it is, to be told before it is pulled.")


class RemoteText(Frozen):
    """A model's text tower on the hub."""

    model: Remote
    tokenizer: Remote
    words: Words


class Named(Frozen):
    """A model that can be pulled by its name."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    description: str
    licence: str
    repository: str = Field(pattern=r"^[\w.-]+/[\w.-]+$")
    revision: str = "main"
    model: Remote
    input: Input
    output: Output
    dimension: int = Field(gt=0)
    text: RemoteText | None = None

    @property
    def about_bytes(self) -> int:
        """About how large all its files are together."""
        return sum(remote.about_bytes for remote in self.files.values())

    @property
    def files(self) -> dict[str, Remote]:
        """What is pulled, by the names that the files have here."""
        files = {f"{self.name}.onnx": self.model}
        if self.text is not None:
            files[f"{self.name}-text.onnx"] = self.text.model
            files[f"{self.name}-tokenizer.json"] = self.text.tokenizer
        return files


@cache
def zoo() -> dict[str, Named]:
    """Read every model that can be pulled, by name."""
    return read_zoo(CATALOGUE)


def read_zoo(path: Path) -> dict[str, Named]:
    """Read a catalogue of models."""

    class Catalogue(Frozen):
        models: tuple[Named, ...]

    return {model.name: model for model in Catalogue.model_validate_json(path.read_bytes()).models}


def named(name: str) -> Named:
    """Find a model by its name; raises NotFound."""
    if name not in zoo():
        raise NotFound(f"Expected the name of a model, one of {', '.join(zoo())}; found {name!r}.")
    return zoo()[name]


def card_path(folder: Path, name: str) -> Path:
    """Tell where the card of a pulled model is; it is there once all its files are."""
    return folder / name / f"{name}.json"


def card_for(model: Named, files: dict[str, File]) -> Card:
    """Make the card of a model whose files were pulled; ``files`` are by their names here."""
    whole = files[f"{model.name}.onnx"]
    text = None
    if model.text is not None:
        text = TextTower(
            model=files[f"{model.name}-text.onnx"],
            tokenizer=files[f"{model.name}-tokenizer.json"],
            words=model.text.words,
        )
    return Card(
        name=model.name,
        version="1",
        description=model.description,
        file=whole.file,
        sha256=whole.sha256,
        size_bytes=whole.size_bytes,
        licence=model.licence,
        source=f"{model.repository}, revision {model.revision}, {model.model.path}",
        recipe=f"visualsearch models pull {model.name}",
        input=model.input,
        output=model.output,
        dimension=model.dimension,
        text=text,
    )
