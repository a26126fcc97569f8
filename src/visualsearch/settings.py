"""Every setting with its default and bounds; from flags, the environment, a TOML file, in this order."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from visualsearch.errors import BadInput
from visualsearch.web.keys import Scope

MEBIBYTE = 1 << 20


class Group(BaseModel):
    """Settings that belong together."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class FetchSettings(Group):
    """How pictures are fetched."""

    allow_private: bool = Field(
        default=False, description="Fetch from private, loopback and link-local addresses too."
    )
    allow_hosts: tuple[str, ...] = Field(
        default=(), description="Host names, or networks, that may be fetched from wherever they resolve to."
    )
    concurrency: int = Field(default=16, ge=1, le=256, description="Downloads at a time.")
    per_host: int = Field(default=4, ge=1, le=64, description="Downloads at a time from one host.")
    max_bytes: int = Field(default=20 * MEBIBYTE, ge=1024, description="Largest picture file, in bytes.")


class StoreSettings(Group):
    """Where products are kept."""

    url: SecretStr | None = Field(
        default=None,
        description="The PostgreSQL database that keeps products, as postgresql://user@host/database; "
        "without one, a file in the shop's folder does.",
    )


class PictureSettings(Group):
    """How pictures are kept and decoded."""

    url: str | None = Field(
        default=None,
        description="Where pictures are kept, as s3://bucket/prefix; by default in the shop's folder.",
    )

    max_pixels: int = Field(
        default=50_000_000,
        ge=10_000,
        description="Largest picture, in pixels; larger ones are refused unread.",
    )
    max_side: int = Field(
        default=1024, ge=224, description="Longer side, in pixels, to which larger pictures are reduced."
    )


class VisionSettings(Group):
    """How pictures are looked at."""

    runtime: Literal["auto", "onnxruntime", "openvino"] = Field(
        default="auto", description="What runs the models; auto takes OpenVINO where it is installed."
    )
    detector: str = Field(
        default="lite0-look-int8",
        description="What finds products in photos: a model's name, or a card's path; or none.",
    )
    threads: int | None = Field(
        default=None, ge=1, description="Threads of the models; by default the CPUs this process may use."
    )


class ModelSettings(Group):
    """Where models by name are kept."""

    folder: Path = Field(
        default=Path("~/.cache/visualsearch/models"), description="The folder that models are pulled into."
    )


class IngestSettings(Group):
    """How catalogues are brought in."""

    workers: int = Field(default=3, ge=1, le=64, description="Shards worked on at a time, without a cluster.")
    pictures_per_shard: int = Field(default=64, ge=1, le=4096, description="Pictures stored together.")
    ray: str | None = Field(
        default=None,
        description="Address of the Ray cluster that looks at the pictures; without one, this process does.",
    )


class IndexSettings(Group):
    """Where the vectors are searched."""

    milvus_uri: SecretStr | None = Field(
        default=None,
        description="The Milvus server that holds the vectors of all processes, such as http://host:19530; "
        "without one, each process has its own index in memory.",
    )


class SearchSettings(Group):
    """How what is found is ordered."""

    learn: bool = Field(
        default=True, description="Learn the shop's kinds beside the server, where the extra is installed."
    )
    stemming: Literal["english", "none"] = Field(
        default="english",
        description="Whether words are found by their English stems; none for other languages, "
        "whose words are found as written and by their beginnings.",
    )
    evidence: bool = Field(
        default=True, description="Weigh print and colours too; false orders by the look alone."
    )
    verify_ms: float = Field(
        default=60.0,
        ge=0,
        le=10_000,
        description="Milliseconds for comparing the prints of candidates; what is left then is not compared.",
    )
    weigh_ms: float = Field(
        default=400.0,
        ge=0,
        le=60_000,
        description="Milliseconds for the print and colours of queries that are answered together: all of "
        "it for one, nothing for a full batch, behind which more wait; in a full one, and with 0, no "
        "products are looked for in photos, either.",
    )


class QueueSettings(Group):
    """How many may wait, and for how long."""

    capacity: int = Field(
        default=256, ge=1, description="Queries in the house at most; more are refused with 429."
    )
    target_wait_s: float = Field(
        default=1.3,
        gt=0,
        le=600,
        description="Seconds that an answer may take; as many are let in as are answered in that time.",
    )
    timeout_s: float = Field(default=10.0, gt=0, le=600, description="Seconds until an asker is given up on.")
    batch: int = Field(default=16, ge=1, le=256, description="Queries answered together at most.")
    remembered: int = Field(
        default=1000, ge=0, description="Answers that are kept while the catalogue stays the same."
    )
    remembered_in: Literal["memory", "redis"] = Field(
        default="memory",
        description="Where they are kept: in each server's memory, or for all servers on queue.redis_url.",
    )
    redis_url: SecretStr | None = Field(
        default=None,
        description="The Redis server on which servers and workers meet; without one, servers do the work.",
    )


class WorkSettings(Group):
    """Where a worker of several processes shows its meters."""

    host: str = Field(default="127.0.0.1", description="Address of a worker's /metrics.")
    port: int | None = Field(
        default=None, ge=1, le=65535, description="Port of a worker's /metrics; none shows them nowhere."
    )


class JobSettings(Group):
    """What the shopkeeper's page may send and start."""

    max_upload_bytes: int = Field(
        default=1 << 30, ge=1024, description="Largest catalogue that is sent over HTTP, in bytes."
    )
    max_unpacked_bytes: int = Field(
        default=4 << 30, ge=1024, description="Bytes that one may come to when it is unpacked."
    )
    max_entries: int = Field(default=100_000, ge=1, description="Files that an archive may hold.")
    niceness: int = Field(
        default=15, ge=0, le=19, description="How far a job stands back behind the searches: 0 not, 19 most."
    )


class WebSettings(Group):
    """How the HTTP interface is served."""

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    keys: tuple[str, ...] = Field(default=(), description="Keys as `visualsearch keys` writes them, hashed.")
    anonymous: tuple[Scope, ...] | None = Field(
        default=None,
        description="What needs no key; by default all on this machine alone while there are no keys.",
    )
    rate_per_s: float | None = Field(
        default=None, gt=0, description="Requests a second of one key, or of one address without a key."
    )
    cors_origins: tuple[str, ...] = Field(default=(), description="Other sites whose pages may ask.")
    max_body_bytes: int = Field(default=25 * MEBIBYTE, ge=1024, description="Largest request, in bytes.")
    photo_bytes: int = Field(
        default=0,
        ge=0,
        description="Bytes of shoppers' photos kept for their links, the oldest going first; 0 keeps none.",
    )


class Settings(BaseSettings):
    """All settings, read once; only those above in the layers see them."""

    model_config = SettingsConfigDict(
        env_prefix="VISUALSEARCH_",
        env_nested_delimiter="__",
        toml_file="visualsearch.toml",
        frozen=True,
        extra="forbid",
    )

    shop: Path = Field(default=Path("shop"), description="The folder that holds the searchable catalogue.")
    samples: Path | None = Field(
        default=None, description="A folder of pictures that the page offers to try the search with."
    )
    fetch: FetchSettings = FetchSettings()
    store: StoreSettings = StoreSettings()
    pictures: PictureSettings = PictureSettings()
    vision: VisionSettings = VisionSettings()
    models: ModelSettings = ModelSettings()
    ingest: IngestSettings = IngestSettings()
    index: IndexSettings = IndexSettings()
    search: SearchSettings = SearchSettings()
    queue: QueueSettings = QueueSettings()
    work: WorkSettings = WorkSettings()
    jobs: JobSettings = JobSettings()
    web: WebSettings = WebSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (the library's signature)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (the library's signature)
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let flags win over the environment, and the environment over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def read_settings(flags: dict[str, object]) -> Settings:
    """Read all settings; ``flags`` are those given on the command line, nested as the settings are."""
    try:
        return Settings(**flags)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        raise BadInput(
            f"The setting {name} is {first['input']!r}: {first['msg']}. "
            f"Change it in the environment (VISUALSEARCH_{name.upper().replace('.', '__')}), "
            "in visualsearch.toml or on the command line."
        ) from error
