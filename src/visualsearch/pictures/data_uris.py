"""Pictures that are written inside their own address (RFC 2397)."""

import binascii
from urllib.parse import unquote_to_bytes

from visualsearch.errors import BadAddress, TooLarge

_URL_SAFE = bytes.maketrans(b"-_", b"+/")


def is_data_uri(source: str) -> bool:
    """Tell whether a source is a picture itself."""
    return source[:5].lower() == "data:"


def read_data_uri(source: str, *, max_bytes: int) -> bytes:
    """Give the bytes of ``data:[type][;base64],…``; the type is not believed. Raises BadAddress, TooLarge."""
    head, comma, body = source[5:].partition(",")
    if not comma:
        raise BadAddress(f"expected data:…;base64,…, found no comma in {source[:40]!r}")
    try:
        # Percent-encoding takes three characters for a byte, so what is longer need not be read.
        data = unquote_to_bytes(body) if len(body) <= 3 * max_bytes else None
        if data is not None and head.lower().rstrip().endswith(";base64"):
            data = _decode_base64(data)
    except ValueError as error:
        raise BadAddress(f"expected base64 or percent-encoding in a data URI, found: {error}") from error
    if data is None or len(data) > max_bytes:
        raise TooLarge(f"expected at most {max_bytes:,} bytes, found more in a data URI")
    return data


def _decode_base64(encoded: bytes) -> bytes:
    """Decode the usual and the URL-safe alphabet, with or without padding and line breaks."""
    letters = encoded.translate(_URL_SAFE, delete=b" \t\r\n=")
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4), strict_mode=True)
