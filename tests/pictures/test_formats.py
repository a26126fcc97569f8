"""What first bytes tell."""

import pytest

from visualsearch.errors import NotAPicture
from visualsearch.pictures.formats import sniff


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (b"GIF89a\1\0", "GIF"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WEBP"),
        (b"\0\0\0\x20ftypavif\0\0\0\0avifmif1miaf", "AVIF"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "AVIF"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"MM\0*\0\0\0\x08", "TIFF"),
        (b"BM\x36\0\0\0", "BMP"),
    ],
)
def test_a_format_is_told_by_its_first_bytes(start: bytes, name: str) -> None:
    assert sniff(start) == name


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no bytes"),
        (b"\n<!DOCTYPE html><html><body>404</body>", "HTML page"),
        (b"\xef\xbb\xbf<HTML>", "HTML page"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "XML"),
        (b'{"error": "not found"}', "JSON"),
        (b"%PDF-1.7", "PDF"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"RIFF\0\0\0\0WAVEfmt ", "RIFF"),
        (b"8BPS\0\1", "8BPS"),
    ],
)
def test_what_is_no_picture_is_told_by_name(data: bytes, told: str) -> None:
    with pytest.raises(NotAPicture, match=told):
        sniff(data)
