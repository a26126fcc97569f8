"""The kinds of things that the look model of the package tells apart, as shops sell them."""

GARMENTS = (
    "top",
    "outerwear",
    "dress",
    "skirt",
    "trousers",
    "shoes",
    "bag",
    "hat",
    "glasses",
    "jewellery",
)
"""What people wear and carry."""

KINDS = (*GARMENTS, "furniture", "lighting", "decor", "pack", "other")
"""Of boxes."""

BACKGROUND = "background"
SURFACES = (BACKGROUND, *GARMENTS, "skin and hair", "product")
"""Of pixels; a product is whatever is sold and not worn."""
