"""A path -> a catalogue that can be read."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from visualsearch.catalogue import abo, amazon2014, amazon2018, amazon2023, folder, table
from visualsearch.catalogue.columns import choose_columns, explain_columns
from visualsearch.catalogue.delimited import DELIMITERS, guess_delimiter, read_delimited, read_header
from visualsearch.catalogue.lines import Progress, is_gzip, read_size
from visualsearch.catalogue.parquet import read_columns, read_parquet
from visualsearch.catalogue.records import Values, convert_records, parse_json, parse_python, read_records
from visualsearch.catalogue.sniff import guess_format, read_keys
from visualsearch.domain import Failure, Product
from visualsearch.errors import BadCatalogue

_AMAZON = {
    "amazon2014": (parse_python, amazon2014.convert, amazon2014.EXPLANATION),
    "amazon2018": (parse_json, amazon2018.convert, amazon2018.EXPLANATION),
    "amazon2023": (parse_json, amazon2023.convert, amazon2023.EXPLANATION),
}
_TABLES = ("csv", "jsonl", "parquet")

FORMATS = (*_AMAZON, "abo", *_TABLES, "folder")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A foreign catalogue: what it is, and its products as a stream."""

    path: Path
    format_name: str
    columns: Mapping[str, str]
    """Of a table: our fields and the columns they are read from, several parted by commas."""
    explanation: str
    """One line for people: the format, and what is read from where."""
    size_bytes: int
    """Of the files of metadata on disk; 0 for a folder of pictures."""
    source: Callable[[Progress | None], Iterator[Product | Failure]] = field(repr=False, compare=False)

    def read(self, progress: Progress | None = None) -> Iterator[Product | Failure]:
        """Read the products from the start, in constant memory; a line that cannot be read is a failure.

        ``progress`` is told the share of the catalogue that was consumed, 0 to 1, and never less than before;
        the first pass over a table, which only counts its ids, is not told.
        Rows of a table that share an id come as one product, where the last of them stands. In other formats
        an id may come again, and the later product is the valid one.
        """
        return self.source(progress)


def open_catalogue(
    path: Path, *, format_name: str | None = None, columns: Mapping[str, str] | None = None
) -> Catalogue:
    """Open a catalogue of a format that is guessed from its first lines, unless it is named.

    ``columns`` maps fields to the columns of a table, for those that its names do not tell:
    ``{"id": "ref", "pictures": "front,back"}``; an empty text makes a field empty.
    Raises BadCatalogue, and MissingExtra for Parquet without pyarrow.
    """
    path = path.absolute()
    read_size(path)
    name = format_name or guess_format(path)
    if name not in FORMATS:
        raise BadCatalogue(f"expected a format of {', '.join(FORMATS)}, found {name!r}; name one of them")
    if name != "abo" and path.is_dir() != (name == "folder"):
        kind = "folder" if name == "folder" else "file"
        raise BadCatalogue(f"expected a {kind} for the format {name}, found none at {path}; check the path")
    if name in _TABLES:
        return _open_table(path, name, columns or {})
    if columns:
        raise BadCatalogue(
            f"expected no columns for {name}, found {', '.join(columns)}; name the format csv or jsonl"
        )
    if name == "folder":
        return _open_folder(path)
    return _open_abo(path) if name == "abo" else _open_amazon(path, name)


def _open_amazon(path: Path, name: str) -> Catalogue:
    parse, convert, told = _AMAZON[name]
    source = partial(_read_amazon, path, parse=parse, convert=convert)
    return Catalogue(path, name, {}, f"{_describe(path, name)}; {told}", read_size(path), source)


def _read_amazon(
    path: Path,
    progress: Progress | None = None,
    *,
    parse: Callable[[bytes], Values],
    convert: Callable[[Values, Path], Product],
) -> Iterator[Product | Failure]:
    records = read_records([path], progress, parse=parse)
    return convert_records(records, lambda values: convert(values, path.parent))


def _open_folder(path: Path) -> Catalogue:
    tables = sorted(
        one.name for one in path.glob("*") if one.suffix in {".csv", ".tsv", ".jsonl", ".parquet", ".gz"}
    )
    told = f"folder; {folder.EXPLANATION}" + (f"; not read: {', '.join(tables[:5])}" if tables else "")
    return Catalogue(path, "folder", {}, told, 0, partial(folder.read, path))


def _open_abo(path: Path) -> Catalogue:
    dataset = abo.find_dataset(path)
    told = f"abo, {len(dataset.listings)} of listings; {abo.EXPLANATION}; pictures in {dataset.pictures}"
    size_bytes = sum(read_size(listing) for listing in dataset.listings)
    return Catalogue(path, "abo", {}, told, size_bytes, partial(abo.read, dataset))


def _open_table(path: Path, name: str, told: Mapping[str, str]) -> Catalogue:
    described = _describe(path, name)
    if name == "csv":
        delimiter = guess_delimiter(path)
        described += f", {DELIMITERS[delimiter]}"
        names = read_header(path, delimiter)
        records: table.Records = partial(read_delimited, path, delimiter=delimiter)
    elif name == "jsonl":
        names, records = read_keys(path), partial(read_records, [path], parse=parse_json)
    else:
        names, records = read_columns(path), partial(read_parquet, path)
    chosen = choose_columns(names, told)
    columns = {field: ",".join(columns) for field, columns in chosen.items()}
    source = partial(table.read, records, columns=chosen, folder=path.parent)
    return Catalogue(
        path, name, columns, f"{described}; {explain_columns(names, chosen)}", read_size(path), source
    )


def _describe(path: Path, name: str) -> str:
    return f"{name}, gzip" if is_gzip(path) else name
