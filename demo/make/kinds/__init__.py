"""Registry of product kinds: every file in this folder is one kind."""

import hashlib
import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from types import ModuleType

from product import DEFAULT_VIEWS, Parameters, Product, View

_ATTEMPTS = 200


@dataclass(frozen=True)
class Kind:
    """A kind of product, read from its module."""

    name: str
    module: ModuleType

    @property
    def count(self) -> int:
        """How many products of the kind the catalogue has."""
        return int(self.module.COUNT)

    @property
    def views(self) -> tuple[View, ...]:
        """The photographs of each product."""
        return getattr(self.module, "VIEWS", DEFAULT_VIEWS)

    @property
    def samples(self) -> int:
        """Light paths a pixel; the denoiser does the rest."""
        return int(getattr(self.module, "SAMPLES", 8))

    @property
    def support(self) -> str:
        """`floor` when the product stands, `wall` when it hangs or is shot lying flat."""
        return getattr(self.module, "SUPPORT", "floor")

    @property
    def place(self) -> str:
        """Where customers have it: `table`, `floor` or `wall`."""
        return getattr(self.module, "PLACE", "table")

    @property
    def main_category(self) -> str:
        """The shop's department."""
        return getattr(self.module, "MAIN_CATEGORY", "Home & Kitchen")

    def source_hash(self) -> str:
        """A short hash of the kind's own file."""
        return _hash_of(str(self.module.__file__))

    def build(self, parameters: Parameters) -> None:
        """Add the product's objects to the scene."""
        self.module.build(parameters)

    def products(self) -> list[Product]:
        """The words and parameters of all products, no two with the same title."""
        products: list[Product] = []
        taken: set[str] = set()
        for number in range(self.count):
            for attempt in range(_ATTEMPTS):
                product = self.module.describe(Random(f"{self.name}:{number}:{attempt}"))
                if product.title not in taken:
                    break
            else:
                raise ValueError(f"kind {self.name}: no new title for product {number}; lower COUNT")
            taken.add(product.title)
            products.append(product)
        return products


@cache
def _hash_of(path: str) -> str:
    """A file's hash, read once: what is edited during a run is not what the run renders."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def load_kinds(names: list[str] | None = None) -> list[Kind]:
    """All kinds in this folder, or the named ones, in the order of their names."""
    found = sorted(module.name for module in pkgutil.iter_modules(__path__))
    unknown = set(names or ()) - set(found)
    if unknown:
        raise ValueError(f"no such kind: {', '.join(sorted(unknown))}; there are {', '.join(found)}")
    return [Kind(name, importlib.import_module(f"kinds.{name}")) for name in names or found]
