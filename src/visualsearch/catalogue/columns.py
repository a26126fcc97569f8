"""The names of foreign columns -> our fields."""

import re
from collections.abc import Iterable, Mapping, Sequence

from visualsearch.errors import BadCatalogue

# The names that each field goes by, the likeliest first, without capitals and what parts words.
_SYNONYMS = {
    "id": (
        "id asin parentasin productid itemid articleid styleid handle sku productsku itemsku uniqid uid "
        "productcode itemcode code pid itemnumber articlenumber product item gtin ean upc barcode variantsku"
    ),
    "title": (
        "title name productname producttitle itemname itemtitle productdisplayname displayname articlename"
    ),
    "brand": "brand brandname manufacturer maker vendor store designer label",
    "price": (
        "price saleprice sellingprice discountedprice currentprice finalprice offerprice actualprice "
        "productprice unitprice variantprice listprice retailprice mrp msrp"
    ),
    "currency": "currency currencycode pricecurrency",
    "description": (
        "description productdescription itemdescription longdescription bodyhtml body desc aboutproduct "
        "shortdescription summary"
    ),
    "url": "url producturl productlink link productpage page permalink itemurl href",
    "pictures": (
        "pictures picture pictureurls pictureurl picturelink picturepath images image imageurls imageurl "
        "imagelinks imagelink imagesrc imagepath imagefile imagename mainimage mainimageurl primaryimage "
        "photos photo photourl photopath imgs img imgurl imglink imgsrc imgpath "
        "filename filepath file path thumbnail"
    ),
}

_TREES = (
    "categories categorytree productcategorytree categorypath categoriespath breadcrumbs breadcrumb "
    "googleproductcategory taxonomy"
)

# Where there is no tree: one column a level, from the widest to the narrowest.
_LEVELS = (
    "department maincategory mastercategory topcategory category productcategory category1 subcategory "
    "category2 subsubcategory category3 producttype articletype type"
)

_MORE_PICTURES = ("additional", "other", "extra", "secondary")

FIELDS = (*_SYNONYMS, "categories")


def choose_columns(names: Sequence[str], told: Mapping[str, str] | None = None) -> dict[str, tuple[str, ...]]:
    """Choose the columns of each field: as told, else by their names; raises BadCatalogue without an id.

    ``told`` maps a field to a column, to several with commas between them, or to an empty text for none.
    """
    chosen = {field: _read_told(field, columns, names) for field, columns in (told or {}).items()}
    taken = {name for columns in chosen.values() for name in columns}
    free = [name for name in names if name not in taken]
    for field in FIELDS:
        if field not in chosen:
            chosen[field] = _guess(field, free)
            free = [name for name in free if name not in chosen[field]]
    if not chosen["id"]:
        raise BadCatalogue(
            f"expected a column with the product's id, found {_list(names)}; name it with id=COLUMN"
        )
    return {field: chosen[field] for field in FIELDS if chosen[field]}


def explain_columns(names: Sequence[str], chosen: Mapping[str, tuple[str, ...]]) -> str:
    """Say for people which column became what."""
    taken = {name for columns in chosen.values() for name in columns}
    rest = [name for name in names if name not in taken]
    told = [f"{field}={'+'.join(columns)}" for field, columns in chosen.items()]
    told += [] if "pictures" in chosen else ["no pictures"]
    return f"{_list(told)}; attributes: {_list(rest)}"


def _read_told(field: str, columns: str, names: Sequence[str]) -> tuple[str, ...]:
    if field not in FIELDS:
        raise BadCatalogue(f"expected one of the fields {_list(FIELDS)}, found {field!r}; name one of them")
    parts = [columns] if columns in names else [part.strip() for part in columns.split(",") if part.strip()]
    for part in parts:
        if part not in names:
            raise BadCatalogue(
                f"expected one of the columns {_list(names)} for {field}, found {part!r}; name one"
            )
    return tuple(parts)


def _guess(field: str, names: Sequence[str]) -> tuple[str, ...]:
    plain = {name: _simplify(name) for name in names}
    if field == "categories":
        tree = _first(plain, _TREES.split())
        return tree or tuple(name for level in _LEVELS.split() for name in names if plain[name] == level)
    if field == "pictures":
        return _guess_pictures(plain)
    return _first(plain, _SYNONYMS[field].split())


def _guess_pictures(plain: Mapping[str, str]) -> tuple[str, ...]:
    """Take the likeliest column, those that differ from it by a number, and those with more pictures."""
    stems = {name: re.sub(r"\d+", "", word) for name, word in plain.items()}
    synonyms = _SYNONYMS["pictures"].split()
    main = next((word for word in synonyms if word in stems.values()), None)
    if main is None:
        return ()
    numbered = [name for name, stem in stems.items() if stem == main]
    more = [
        name
        for name, stem in stems.items()
        if stem.startswith(_MORE_PICTURES) and stem.endswith(tuple(synonyms))
    ]
    return (*numbered, *more)


def _first(plain: Mapping[str, str], wanted: Iterable[str]) -> tuple[str, ...]:
    for word in wanted:
        for name, simple in plain.items():
            if simple == word:
                return (name,)
    return ()


def _simplify(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _list(names: Iterable[str]) -> str:
    shown = "".join(one if one.isprintable() else "?" for one in ", ".join(names))
    return (shown if len(shown) <= 500 else f"{shown[:500]}…") or "none"
