"""Whatever is sent, the server answers others, tells nothing, and does not grow."""

import os
import random
import re
import socket
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from drawings import draw, make_catalogue
from hostile import make_request
from processes import Server, run_json, serving

REQUESTS = int(os.environ.get("VISUALSEARCH_HOSTILE", "400"))
DOCUMENTED = {502, 503, 507}
"""Of the 5xx: a picture's server that does not answer, a house that is full, a disk that is."""
GROWTH_MIB = 200


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    run_json("index", make_catalogue(folder, 30), "--shop", folder / "shop")
    return folder / "shop"


def send(address: str, request: bytes) -> bytes:
    """Send a request on a connection of its own, say that it was all, and read what comes back."""
    where = urlsplit(address)
    came = b""
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(1 << 16):
                came += part
                if re.search(rb"(?i)content-length: 0\r\n.*\r\n\r\n", came, re.DOTALL):
                    break
        except ConnectionError:
            pass  # the server hung up, as it may
    return came


def resident_mib(server: Server) -> int:
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def test_hostile_requests_get_no_undocumented_5xx_and_leave_the_server_well(shop: Path) -> None:
    dice = random.Random(8)
    statuses: Counter[int] = Counter()
    with serving(shop) as server:
        server.search(draw(3))
        before = resident_mib(server)
        for number in range(REQUESTS):
            request = make_request(dice)
            answer = send(server.address, request)
            for status in map(int, re.findall(rb"HTTP/1\.[01] (\d{3})", answer)):
                statuses[status] += 1
                assert status < 500 or status in DOCUMENTED, (number, request[:500], answer[:500])
            assert b"Traceback" not in answer
            assert b"root:" not in answer, (number, request[:500])
        assert server.search(draw(3), limit="1")[0]["product"]["id"] == "p3"
        assert resident_mib(server) - before < GROWTH_MIB
        log = "".join(server.log)
    assert "request_crashed" not in log
    assert "batch_failed" not in log
    assert sum(statuses.values()) > REQUESTS / 2, "most were answered, not cut off"
