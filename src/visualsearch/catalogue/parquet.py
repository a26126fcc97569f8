"""Parquet -> records, a few hundred rows in memory at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from visualsearch.catalogue.lines import Progress
from visualsearch.catalogue.records import Record
from visualsearch.domain import Failure
from visualsearch.errors import BadCatalogue, BadLine, MissingExtra

MAGIC = b"PAR1"

ROWS_AT_ONCE = 256


def read_parquet(path: Path, progress: Progress | None = None) -> Iterator[Record | Failure]:
    """Read the rows; where the file cannot be read further, that is the last failure."""
    pyarrow = _load_pyarrow()
    number = 0
    with _open(path) as file:
        count = max(1, file.metadata.num_rows)
        try:
            for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, columns=_name_columns(file)):
                for values in batch.to_pylist():
                    number += 1
                    if progress:
                        progress(min(1.0, number / count))
                    yield Record(f"{path.name}:{number}", values)
        except (pyarrow.ArrowException, OSError, ValueError) as error:
            yield Failure(
                BadLine.code,
                f"expected the file to go on, found that it cannot be read further ({error}); write it again",
                f"{path.name}:{number + 1}",
            )


def read_columns(path: Path) -> list[str]:
    """Read the names of the columns, without those of plain bytes; raises BadCatalogue, MissingExtra."""
    with _open(path) as file:
        return _name_columns(file)


def _open(path: Path) -> Any:
    pyarrow = _load_pyarrow()
    try:
        return pyarrow.parquet.ParquetFile(path)
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        raise BadCatalogue(
            f"expected a Parquet file at {path}, found one that cannot be read ({error}); write it again"
        ) from error


def _name_columns(file: Any) -> list[str]:
    types = _load_pyarrow().types
    binary = (types.is_binary, types.is_large_binary, types.is_fixed_size_binary)
    return [one.name for one in file.schema_arrow if not any(is_binary(one.type) for is_binary in binary)]


def _load_pyarrow() -> Any:
    try:
        import pyarrow.parquet  # noqa: PLC0415 an extra
    except ImportError as error:
        raise MissingExtra(
            "expected pyarrow to read Parquet, found that it is not installed; "
            "run: pip install visualsearch[parquet]"
        ) from error
    return pyarrow
