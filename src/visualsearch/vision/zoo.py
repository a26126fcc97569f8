"""Models by name that are not in the package: what they are, where they come from, what they take."""

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from visualsearch.errors import NotFound
from visualsearch.vision.weights import (
    Card,
    DetectorCard,
    Family,
    File,
    Input,
    Output,
    Sha256,
    TextTower,
    Words,
)

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

    def card(self, files: dict[str, File]) -> Card:
        """Make the card of a model whose files were pulled; ``files`` are by their names here."""
        whole = files[f"{self.name}.onnx"]
        text = None
        if self.text is not None:
            text = TextTower(
                model=files[f"{self.name}-text.onnx"],
                tokenizer=files[f"{self.name}-tokenizer.json"],
                words=self.text.words,
            )
        return Card(
            name=self.name,
            version="1",
            description=self.description,
            file=whole.file,
            sha256=whole.sha256,
            size_bytes=whole.size_bytes,
            licence=self.licence,
            source=f"{self.repository}, revision {self.revision}, {self.model.path}",
            recipe=f"visualsearch models pull {self.name}",
            input=self.input,
            output=self.output,
            dimension=self.dimension,
            text=text,
        )


class NamedDetector(Frozen):
    """A model that finds things in pictures and can be pulled by its name."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    description: str
    licence: str
    repository: str = Field(pattern=r"^[\w.-]+/[\w.-]+$")
    revision: str = "main"
    model: Remote
    family: Family
    size: int = Field(gt=0)
    kinds: tuple[str, ...]
    surfaces: tuple[str, ...] = ()
    least_score: float = Field(ge=0, le=1)

    @property
    def about_bytes(self) -> int:
        """About how large it is."""
        return self.model.about_bytes

    @property
    def files(self) -> dict[str, Remote]:
        """What is pulled, by the name that it has here."""
        return {f"{self.name}.onnx": self.model}

    def card(self, files: dict[str, File]) -> DetectorCard:
        """Make its card once it was pulled."""
        [file] = files.values()
        return DetectorCard(
            name=self.name,
            version="1",
            description=self.description,
            **file.model_dump(),
            licence=self.licence,
            source=f"{self.repository}, revision {self.revision}, {self.model.path}",
            recipe=f"visualsearch models pull {self.name}",
            family=self.family,
            size=self.size,
            kinds=self.kinds,
            surfaces=self.surfaces,
            least_score=self.least_score,
        )


@cache
def zoo() -> dict[str, Named]:
    """Read every model that can be pulled, by name."""
    return read_zoo(CATALOGUE)


@cache
def detectors() -> dict[str, NamedDetector]:
    """Read every model that finds things and can be pulled, by name."""
    return {model.name: model for model in _read(CATALOGUE).detectors}


def read_zoo(path: Path) -> dict[str, Named]:
    """Read the embedding models of a catalogue."""
    return {model.name: model for model in _read(path).models}


class Catalogue(Frozen):
    """All models that can be pulled."""

    models: tuple[Named, ...]
    detectors: tuple[NamedDetector, ...] = ()


def _read(path: Path) -> Catalogue:
    return Catalogue.model_validate_json(path.read_bytes())


def named(name: str) -> Named | NamedDetector:
    """Find a model by its name; raises NotFound."""
    known: dict[str, Named | NamedDetector] = {**zoo(), **detectors()}
    if name not in known:
        raise NotFound(f"Expected the name of a model, one of {', '.join(known)}; found {name!r}.")
    return known[name]


def card_path(folder: Path, name: str) -> Path:
    """Tell where the card of a pulled model is; it is there once all its files are."""
    return folder / name / f"{name}.json"
