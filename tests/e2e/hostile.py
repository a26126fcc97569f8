"""Requests that nobody means well: malformed, lying, too deep, too large, or valid but for some bytes."""

import json
import random
import struct
import zlib
from collections.abc import Callable

from drawings import draw

PATHS = [
    "/v1/search",
    "/v1/products",
    "/v1/products/p1",
    "/v1/pictures/x",
    "/v1/samples/x",
    "/",
    "/docs",
    "/x",
]
ADDRESSES = [
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://localhost@127.0.0.1/",
    "http://127.0.0.1#@example.com/",
    "http://\x00",
    "http://" + "a" * 5000,
    "data:image/png;base64,AAAA",
    "data:" + "," * 1000,
    "//127.0.0.1/",
    "",
]
IDS = [
    "'; DROP TABLE products; --",
    "../../etc/passwd",
    "%00",
    "a" * 10_000,
    "\u202e",
    "{{7*7}}",
    "${jndi:ldap://x}",
]


def make_request(dice: random.Random) -> bytes:
    """Write one request; the same dice give the same."""
    return dice.choice(KINDS)(dice)


def _whole(method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: shop", *headers]
    if not any(header.lower().startswith(("content-length", "transfer-encoding")) for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def _json(path: str, body: bytes, method: str = "POST") -> bytes:
    return _whole(method, path, body, "Content-Type: application/json")


def _form(parts: bytes, boundary: str = "B") -> bytes:
    return _whole("POST", "/v1/search", parts, f"Content-Type: multipart/form-data; boundary={boundary}")


def _picture_form(picture: bytes) -> bytes:
    head = b'--B\r\nContent-Disposition: form-data; name="picture"; filename="p.jpg"\r\n\r\n'
    return _form(head + picture + b"\r\n--B--\r\n")


def malformed_multipart(dice: random.Random) -> bytes:
    """Parts without headers, ends, names or sense."""
    pieces = [
        b"--B\r\n",
        b"--B--",
        b"--C\r\n",
        b"\r\n\r\n",
        b"\n",
        b'Content-Disposition: form-data; name="picture"\r\n\r\n',
        b'Content-Disposition: form-data; name="limit"\r\n\r\n-1\r\n',
        b'Content-Disposition: form-data; name="box"\r\n\r\nnan,inf,,\r\n',
        b'Content-Disposition: form-data; name="\xff\x00"; filename="../../x"\r\n\r\n',
        b"Content-Disposition: attachment\r\n",
        b"Content-Transfer-Encoding: base64\r\n\r\n",
        dice.randbytes(dice.randrange(200)),
        b'--B\r\nContent-Disposition: form-data; name="exclude"\r\n\r\nx\r\n' * dice.randrange(400),
    ]
    return _form(
        b"".join(dice.choices(pieces, k=dice.randrange(12))), dice.choice(["B", "", '"', "B" * 300, "\xff"])
    )


def lying_length(dice: random.Random) -> bytes:
    """A body of another length than was announced."""
    length = dice.choice(["0", "1", "-1", "abc", "1e3", "99999999999999999999", "10, 20", "10000000", " 5 "])
    headers = [f"Content-Length: {length}", "Content-Type: application/json"]
    if dice.random() < 0.3:
        headers.append(
            dice.choice(["Transfer-Encoding: chunked", "Content-Length: 3", "Expect: 100-continue"])
        )
    return _whole("POST", "/v1/search", b'{"words": "x"}', *headers)


def bad_chunks(dice: random.Random) -> bytes:
    """Chunks of impossible sizes."""
    body = dice.choice(
        [b"zz\r\nx\r\n", b"-1\r\n", b"ffffffffffffffff\r\nx", b"5\r\nab", b"0\r\n\r\n", b"\r\n\r\n"]
    )
    return _whole("POST", "/v1/search", body, "Transfer-Encoding: chunked", "Content-Type: application/json")


def bomb(dice: random.Random) -> bytes:
    """A small file that says that it is a large picture, or almost a picture."""
    if dice.random() < 0.5:
        width, height = dice.choice([(60_000, 60_000), (1 << 31, 1), (0, 0), (100_000, 1)])
        header = b"IHDR" + struct.pack(">IIBBBBB", width & 0xFFFFFFFF, height, 8, 2, 0, 0, 0)
        data = b"IDAT" + zlib.compress(b"\0" * 1_000_000, 9)
        chunks = (
            struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (header, data)
        )
        return _picture_form(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    picture = bytearray(draw(dice.randrange(50)))
    for _ in range(dice.randrange(20)):
        picture[dice.randrange(len(picture))] = dice.randrange(256)
    return _picture_form(bytes(picture[: dice.randrange(len(picture))]))


def strange_json(dice: random.Random) -> bytes:
    """JSON that is deep, wide, of other types, or none."""
    deep = dice.choice([100, 10_000, 200_000])
    body = dice.choice(
        [
            b"[" * deep,
            b'{"a":' * deep,
            b'{"box": ' + b"[" * deep + b"]" * deep + b"}",
            b'{"limit": 1e999, "words": "x"}',
            b'{"limit": ' + b"9" * 5000 + b"}",
            b'{"words": "' + b"\\ud800" + b'"}',
            b'{"words": "\xff\xfe"}',
            b'{"words": "x", "box": [NaN, -Infinity, 1, 1]}',
            b'{"words": ' + b'"' + b"x" * 100_000 + b'"}',
            b'{"exclude": [' + b'"x",' * 5000 + b'"x"], "words": "x"}',
            b"null",
            b"",
            b"\x00",
            json.dumps({"url": dice.choice(ADDRESSES)}).encode(),
            json.dumps({"product": dice.choice(IDS)}).encode(),
            json.dumps(
                {"products": [{"id": dice.choice(IDS), "pictures": [dice.choice(ADDRESSES)]}]}
            ).encode(),
        ]
    )
    return _json(dice.choice(PATHS[:3]), body, dice.choice(["POST", "PUT"]))


def strange_path(dice: random.Random) -> bytes:
    """Paths that lead out, methods that do not exist."""
    path = dice.choice(
        [
            "/static/../../../etc/passwd",
            "/static/%2e%2e/%2e%2e/etc/passwd",
            "/v1/pictures/..%2f..%2fcatalogue.db",
            "/v1/pictures/"
            + "0" * 64
            + "?width="
            + dice.choice(["-1", "99999999999999999999", "nan", "1%00"]),
            "/v1/samples/..%2f..%2fetc%2fpasswd",
            "/v1/products/" + dice.choice(["%00", "%ff%fe", "%27%3B--", "a" * 9000, "%2e%2e/x", "//"]),
            "//evil.example/",
            "http://evil.example/",
            "*",
            "/\x7f",
            "/v1/search?" + "a=b&" * 2000,
        ]
    )
    return _whole(dice.choice(["GET", "POST", "DELETE", "OPTIONS", "TRACE", "CONNECT", "X" * 200]), path)


def strange_headers(dice: random.Random) -> bytes:
    """Headers that are huge, many, or none."""
    header = dice.choice(
        [
            "X: " + "a" * 100_000,
            "\r\n".join(f"X-{number}: y" for number in range(3000)),
            "No colon",
            ": no name",
            "Content-Encoding: gzip",
            "Content-Type: " + ";" * 1000,
            "Authorization: Bearer " + "x" * 5000,
            "Authorization: \x80",
            "X-Request-ID: a\tb",
            "Upgrade: websocket\r\nConnection: Upgrade",
            "Range: bytes=0-,0-,0-,5-1",
            "If-None-Match: " + '"' * 999,
        ]
    )
    return _whole(dice.choice(["GET", "POST"]), dice.choice(PATHS), b"", header)


def altered(dice: random.Random) -> bytes:
    """A valid search with a few bytes changed, or cut."""
    request = bytearray(_picture_form(draw(dice.randrange(50))))
    for _ in range(dice.randrange(1, 6)):
        request[dice.randrange(min(400, len(request)))] = dice.randrange(256)
    return bytes(request[: dice.choice([len(request), dice.randrange(len(request))])])


KINDS: list[Callable[[random.Random], bytes]] = [
    malformed_multipart,
    lying_length,
    bad_chunks,
    bomb,
    strange_json,
    strange_path,
    strange_headers,
    altered,
]
