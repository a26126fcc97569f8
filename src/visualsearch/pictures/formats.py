"""Which format a picture is in, told by its first bytes."""

from visualsearch.errors import NotAPicture

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP")
"""What can be decoded, by Pillow's names; nothing else is ever tried."""

_STARTS = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"II+\0": "TIFF",
    b"MM\0+": "TIFF",
    b"BM": "BMP",
}
_AVIF_BRANDS = (b"avif", b"avis")
_OTHERS = {
    b"<!doctype html": "an HTML page; give the address of the picture itself",
    b"<html": "an HTML page; give the address of the picture itself",
    b"<": "XML or HTML text",
    b"{": "JSON or other text",
    b"[": "JSON or other text",
    b"%pdf": "a PDF document",
    b"pk\3\4": "a ZIP archive",
    b"\x1f\x8b": "gzip-compressed data",
}


def sniff(data: bytes) -> str:
    """Name the format, one of ``FORMATS``; raises NotAPicture that says what the bytes are instead.

    Neither a file name nor a content type is asked: both lie.
    """
    for start, name in _STARTS.items():
        if data.startswith(start):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp" and any(brand in _brands(data) for brand in _AVIF_BRANDS):
        return "AVIF"
    raise NotAPicture(f"expected a picture ({', '.join(FORMATS)}), found {_describe(data)}")


def _brands(data: bytes) -> list[bytes]:
    """List the major and the compatible brands of an ISO base media file (ISO/IEC 14496-12, 4.3)."""
    end = min(int.from_bytes(data[:4], "big"), 256)
    return [data[8:12], *(data[at : at + 4] for at in range(16, end, 4))]


def _describe(data: bytes) -> str:
    if not data:
        return "no bytes at all"
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in start:
        return "SVG, which is drawn and not decoded; give a PNG of it"
    if data[4:8] == b"ftyp":
        return f"a film or HEIC file (brand {data[8:12]!r}); convert it to JPEG"
    unknown = f"bytes that start with {data[:8]!r}"
    return next((name for known, name in _OTHERS.items() if start.startswith(known)), unknown)
