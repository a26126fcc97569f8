"""Every exception, grouped by who must act: the caller, anyone after a while, or the operator."""


class VisualsearchError(Exception):
    """The root: its message says what was expected, what was found and what to do."""

    code = "error"
    """A stable word for machines; the same words name a ``Failure``."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadInput(VisualsearchError):
    """The caller must change what was sent."""

    code = "bad-input"


class NotFound(BadInput):
    """What was named does not exist."""

    code = "not-found"


class NotAPicture(BadInput):
    """The bytes are no picture that can be decoded."""

    code = "not-a-picture"


class TooLarge(BadInput):
    """The bytes or the pixels are more than allowed."""

    code = "too-large"


class Forbidden(BadInput):
    """The address is one that this process may not fetch from."""

    code = "forbidden-address"


class BadAddress(BadInput):
    """The text is no address that a picture can be fetched from."""

    code = "bad-address"


class BadCatalogue(BadInput):
    """The catalogue as a whole cannot be read: no such file, no known format, no id column."""

    code = "bad-catalogue"


class BadLine(BadInput):
    """One line of a catalogue cannot be read."""

    code = "bad-line"


class MissingExtra(BadInput):
    """A part that was asked for needs packages that are not installed."""

    code = "missing-extra"


class Unavailable(VisualsearchError):
    """Nothing is wrong with the request; try again later."""

    code = "unavailable"


class Overloaded(Unavailable):
    """More is waiting than may wait."""

    code = "overloaded"


class DeadlinePassed(Unavailable):
    """The answer was not ready in time."""

    code = "deadline-passed"


class IndexAway(Unavailable):
    """The server that holds the index does not answer; nothing that was stored is lost by it."""

    code = "index-away"


class FetchFailed(Unavailable):
    """A picture's server did not give it."""

    code = "fetch-failed"


class StorageFull(Unavailable):
    """The disk has no room; nothing of the write was kept."""

    code = "storage-full"


class Corrupt(VisualsearchError):
    """The operator must act: a file is not what it should be."""

    code = "corrupt"


class SnapshotCorrupt(Corrupt):
    """An index snapshot is cut, altered or not ours; it can be rebuilt from the store."""

    code = "snapshot-corrupt"


class PictureCorrupt(Corrupt):
    """A kept picture is not the bytes that were put; put it again, or delete it."""

    code = "picture-corrupt"


class StoreCorrupt(Corrupt):
    """The catalogue's database cannot be read."""

    code = "store-corrupt"


class FormatTooNew(Corrupt):
    """A file was written by a newer version of this program."""

    code = "format-too-new"


class MessageCorrupt(Corrupt):
    """What another process sent is cut or altered; ask again."""

    code = "message-corrupt"


class WeightsMismatch(Corrupt):
    """A model file does not have the checksum that its card names."""

    code = "weights-mismatch"
