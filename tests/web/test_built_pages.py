"""The pages as they are built: small, whole, and in the package."""

import gzip
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from visualsearch.web.app import PAGES, STATIC

ROOT = Path(__file__).parents[2]
MOST_BYTES = 250_000
"""Of its scripts and styles, compressed."""


def test_the_shoppers_page_is_small() -> None:
    page = (STATIC / PAGES["/"]).read_text()
    loaded = re.findall(r'(?:src|href)="/static/([^"]*[.](?:js|css))"', page)
    assert loaded
    assert sum(len(gzip.compress((STATIC / name).read_bytes())) for name in loaded) <= MOST_BYTES


def test_the_package_has_the_pages_and_all_that_they_load(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", tmp_path, ROOT], check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    built = {path.relative_to(ROOT / "src").as_posix() for path in STATIC.rglob("*") if path.is_file()}
    assert {f"visualsearch/web/static/{page}" for page in PAGES.values()} <= built <= packed
