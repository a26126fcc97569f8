"""What deploy/ has is true to the program, and compose.yaml and kubernetes.yaml tell of the same parts."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from typer.testing import CliRunner

from visualsearch.cli.main import app
from visualsearch.settings import read_settings
from visualsearch.web.health_routes import router

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
KUBERNETES: list[dict[str, Any]] = list(
    yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text(encoding="utf-8"))
)
OURS = ("serve", "work")
PARTS = (*OURS, "redis", "milvus", "postgres")


def of_kind(*kinds: str) -> dict[str, dict[str, Any]]:
    """The objects of Kubernetes by their names."""
    return {one["metadata"]["name"]: one for one in KUBERNETES if one["kind"] in kinds}


def pod(name: str) -> dict[str, Any]:
    spec: dict[str, Any] = of_kind("Deployment", "StatefulSet")[name]["spec"]["template"]["spec"]
    return spec


def container(name: str) -> dict[str, Any]:
    [one] = pod(name)["containers"]
    assert isinstance(one, dict)
    return one


def environment(name: str) -> dict[str, str]:
    """What a container of Kubernetes is told, its references looked up."""
    told: dict[str, str] = {}
    for source in container(name).get("envFrom", []):
        [(kind, reference)] = source.items()
        if kind == "configMapRef":
            told |= of_kind("ConfigMap")[reference["name"]]["data"]
        else:
            told |= of_kind("Secret")[reference["name"]]["stringData"]
    for one in container(name).get("env", []):
        reference = one.get("valueFrom", {}).get("secretKeyRef")
        told[one["name"]] = (
            one["value"]
            if reference is None
            else of_kind("Secret")[reference["name"]]["stringData"][reference["key"]]
        )
    return told


def settings_of(told: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in told.items() if name.startswith("VISUALSEARCH_")}


def addresses(told: dict[str, str]) -> Iterator[tuple[str, int]]:
    """The hosts and ports that settings name."""
    ports = {"redis": 6379, "postgresql": 5432}
    for value in settings_of(told).values():
        if "://" in value:
            parts = urlsplit(value)
            assert parts.hostname
            yield parts.hostname, parts.port or ports[parts.scheme]


@pytest.mark.parametrize("role", OURS)
def test_every_command_is_one_that_the_program_takes(role: str) -> None:
    command = shlex.split(COMPOSE["services"][role]["command"])

    done = CliRunner().invoke(app, [*command, "--help"])

    assert done.exit_code == 0, done.output
    assert container(role)["args"] == command


@pytest.mark.parametrize("role", OURS)
def test_every_setting_is_one_that_the_program_knows_and_it_takes_its_value(
    role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = settings_of(COMPOSE["services"][role]["environment"])
    names = {name: name.removeprefix("VISUALSEARCH_").lower().split("__") for name in told}
    before = read_settings({}).model_dump()
    for name, value in told.items():
        monkeypatch.setenv(name, value)

    after = read_settings({}).model_dump()

    for name, path in names.items():
        old, new = before, after
        for part in path:
            old, new = old[part], new[part]
        assert old != new, f"{name} sets nothing"


@pytest.mark.parametrize("role", OURS)
def test_kubernetes_tells_the_same_settings(role: str) -> None:
    # One map has the settings of servers and workers.
    both = {name: value for one in OURS for name, value in COMPOSE["services"][one]["environment"].items()}
    assert settings_of(environment(role)) == both


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_in_both_as_often_and_of_the_same_image_and_command(part: str) -> None:
    composed, one = COMPOSE["services"][part], of_kind("Deployment", "StatefulSet")[part]["spec"]

    assert one["replicas"] == composed.get("deploy", {}).get("replicas", 1)
    assert one["selector"]["matchLabels"] == one["template"]["metadata"]["labels"]
    if part not in OURS:
        assert container(part)["image"] == composed["image"]
        assert container(part).get("args", []) == shlex.split(composed.get("command", ""))
        assert environment(part).items() >= composed.get("environment", {}).items()


@pytest.mark.parametrize("role", OURS)
def test_every_address_leads_to_a_part(role: str) -> None:
    waited_for = COMPOSE["services"][role]["depends_on"]

    for host, port in addresses(COMPOSE["services"][role]["environment"]):
        assert waited_for[host] == {"condition": "service_healthy"}
        assert COMPOSE["services"][host]["healthcheck"]["test"]
        [served] = of_kind("Service")[host]["spec"]["ports"]
        assert (served["port"], container(host)["ports"]) == (port, [{"containerPort": port}])
        assert of_kind("Service")[host]["spec"]["selector"] == {"app": host}
        assert container(host)["readinessProbe"]


def test_the_database_is_the_one_that_is_made() -> None:
    made = COMPOSE["services"]["postgres"]["environment"]
    url = urlsplit(COMPOSE["services"]["serve"]["environment"]["VISUALSEARCH_STORE__URL"])

    assert (url.username, url.password, url.path) == (
        made["POSTGRES_USER"],
        made["POSTGRES_PASSWORD"],
        f"/{made['POSTGRES_DB']}",
    )


def test_every_volume_and_claim_is_there() -> None:
    named = {
        volume.partition(":")[0] for one in COMPOSE["services"].values() for volume in one.get("volumes", [])
    }
    assert {name for name in named if not name.startswith(".")} == COMPOSE["volumes"].keys()
    for part in PARTS:
        own = of_kind("StatefulSet").get(part, {}).get("spec", {}).get("volumeClaimTemplates", [])
        there = {one["metadata"]["name"] for one in own}
        for volume in pod(part).get("volumes", []):
            assert volume["persistentVolumeClaim"]["claimName"] in of_kind("PersistentVolumeClaim")
            there.add(volume["name"])
        assert {one["name"] for one in container(part).get("volumeMounts", [])} == there


def test_every_probe_asks_for_a_page_that_there_is() -> None:
    pages = {getattr(route, "path", "") for route in router.routes}

    probes = [container("serve")[name]["httpGet"] for name in ("readinessProbe", "livenessProbe")]

    assert {probe["path"] for probe in probes} == {"/readyz", "/healthz"} <= pages
    assert [{"containerPort": probe["port"]} for probe in probes] == 2 * container("serve")["ports"]


def test_the_image_has_what_the_parts_need() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    installed = re.findall(r"-r (requirements/[\w-]+\.txt)", dockerfile)
    pinned = "".join((ROOT / one).read_text(encoding="utf-8") for one in installed)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]

    for extra in ("redis", "milvus", "postgres", "s3"):
        for needed in extras[extra]:
            name = re.split(r"[\[><=]", needed)[0]
            assert re.search(rf"^{name}==", pinned, re.MULTILINE), f"{name} is not in the image"
    for copied in installed:
        assert copied in dockerfile.partition("RUN")[0]
