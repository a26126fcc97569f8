"""The README's tree is true."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "visualsearch"
README = (ROOT / "README.md").read_text(encoding="utf-8")
TREE = README[README.index("src/visualsearch/\n") : README.index("## Licence")]
PACKAGES = sorted(folder.name for folder in SOURCE.iterdir() if (folder / "__init__.py").is_file())


def told_of(folder: str) -> str:
    """What the tree says of a folder, over all its lines."""
    found = re.search(rf"^  {folder}/ .*(?:\n {{21}}.*)*", TREE, re.MULTILINE)
    assert found, f"the tree does not name {folder}/"
    return found.group()


@pytest.mark.parametrize("folder", PACKAGES)
def test_the_tree_names_every_module_of_a_folder(folder: str) -> None:
    words = set(re.findall(r"\w+", told_of(folder)))

    modules = {path.stem for path in (SOURCE / folder).glob("*.py")} - {"__init__"}

    assert modules - words == set()


def test_the_tree_names_every_folder_and_file_beside_them() -> None:
    named = set(re.findall(r"^  (\w+)[./]", TREE, re.MULTILINE))

    assert named == set(PACKAGES) | {path.stem for path in SOURCE.glob("*.py") if "__" not in path.stem}


def test_every_module_begins_with_one_line_that_says_what_it_is() -> None:
    for path in SOURCE.rglob("*.py"):
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        assert re.fullmatch(r'"""[^"]+\.(""")?', first), f"{path}: {first}"


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for document in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), f"{document.name} links to {link}"
