"""The map that is shown: the newest that was written, its sheets, and whether anybody looks at it."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from visualsearch.atlas.layout import Layout, read, written_at
from visualsearch.atlas.tiles import draw_sheet, sheet_rows
from visualsearch.domain import Item, PictureId, Row
from visualsearch.errors import FormatTooNew, NotFound, SnapshotCorrupt, Unavailable, VisualsearchError

LOOKED_AT_S = 120.0
"""How long somebody is taken to look at a map after asking for it; a page that shows it asks more often."""
KEPT_SHEETS = 64
"""Sheets in memory, of about 200 kB each."""

_log = structlog.get_logger(__name__)


class ShownMap:
    """Follows the file of a map; may be used from several threads at once."""

    def __init__(
        self,
        path: Path,
        items: Callable[[Sequence[Row]], dict[Row, Item]],
        thumbnail: Callable[[PictureId], Path],
        newest: Callable[[], str],
    ) -> None:
        """``items`` names the pictures of rows and ``thumbnail`` makes a small one, as store and vault do;
        ``newest`` names the present state of the catalogue, as ``Revision`` does.
        """
        self._path = path
        self._present = newest
        self._items = items
        self._thumbnail = thumbnail
        self._reading = threading.Lock()
        self._written: tuple[int, int] | None = None
        self._layout: Layout | None = None
        self._sheets: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._asked_at = -LOOKED_AT_S

    @property
    def is_looked_at(self) -> bool:
        """Whether anybody asked for the map just now."""
        return time.monotonic() - self._asked_at < LOOKED_AT_S

    @property
    def is_current(self) -> bool:
        """Whether there is a map, and it shows the catalogue as it is now."""
        layout = self._newest()
        return layout is not None and layout.about.revision == self._present()

    def layout(self) -> Layout:
        """Give the newest map; raises Unavailable while there is none, and sees to it that there will be."""
        self._asked_at = time.monotonic()
        layout = self._newest()
        if layout is None:
            raise Unavailable(
                "expected a map of the catalogue, found that it is still being laid out; try again"
            )
        return layout

    def version(self, version: str) -> Layout:
        """Give the newest map if it is a certain version of it; raises NotFound."""
        layout = self._newest()
        if layout is None or layout.version != version:
            raise NotFound(
                f"expected the present version of the map, found {version[:40]!r}; read /v1/map again"
            )
        return layout

    def sheet(self, layout: Layout, number: int) -> bytes:
        """Draw a sheet of thumbnails as a JPEG; raises NotFound for a number that there is not."""
        rows = sheet_rows(layout, number)
        key = (layout.version, number)
        if (kept := self._sheets.get(key)) is not None:
            return kept
        items = self._items([Row(row) for row in rows])
        drawn = draw_sheet([self._small(items.get(Row(row))) for row in rows])
        with self._reading:
            self._sheets[key] = drawn
            while len(self._sheets) > KEPT_SHEETS:
                self._sheets.popitem(last=False)
        return drawn

    def _small(self, item: Item | None) -> Path | None:
        if item is None:
            return None
        try:
            return self._thumbnail(item.picture)
        except VisualsearchError:
            return None

    def _newest(self) -> Layout | None:
        with self._reading:
            written = written_at(self._path)
            if written != self._written:
                self._written = written
                try:
                    self._layout = read(self._path) if written else None
                except (NotFound, SnapshotCorrupt, FormatTooNew) as error:
                    _log.warning("map not used, laying out anew", reason=error.message)
                    self._layout = None
            return self._layout
