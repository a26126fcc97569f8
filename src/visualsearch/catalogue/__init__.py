"""Foreign catalogue files as streams of products."""

from visualsearch.catalogue.opening import FORMATS, Catalogue, open_catalogue

__all__ = ["FORMATS", "Catalogue", "open_catalogue"]
