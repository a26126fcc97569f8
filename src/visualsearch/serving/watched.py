"""Work in a thread of its own, whose end never passes unnoticed."""

from collections.abc import Callable

import structlog

OnDeath = Callable[[BaseException], None]
"""Is told, in the thread that dies, what it died of: the process should end then."""

_log = structlog.get_logger(__name__)


def watched(name: str, work: Callable[[], None], on_death: OnDeath) -> None:
    """Work until that ends, or tell what it failed of."""
    try:
        work()
    except BaseException as error:  # noqa: BLE001 - whatever it is, somebody waits for this thread
        _log.critical(f"{name}_died", exc_info=True)
        on_death(error)
