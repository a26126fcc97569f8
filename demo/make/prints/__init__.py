"""Printed designs as Pillow pictures; hand them to a material in place of a color."""

from prints.lettering import emblem, font, logo, stamp, text_block
from prints.packs import book_cover, cereal_front, label
from prints.patterns import PATTERNS, pattern

__all__ = [
    "PATTERNS", "book_cover", "cereal_front", "emblem", "font", "label", "logo", "pattern", "stamp",
    "text_block",
]  # fmt: skip
