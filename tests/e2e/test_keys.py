"""Keys of a real server, as an operator makes them."""

import base64
import json
from pathlib import Path

from drawings import draw
from processes import run_json, run_program, serving


def test_a_key_made_on_the_command_line_lets_its_holder_write_and_nobody_else(tmp_path: Path) -> None:
    made = run_json("keys", "till", "--scope", "write")
    product = {"pictures": ["data:image/jpeg;base64," + base64.b64encode(draw(1)).decode()]}
    environment = {
        "VISUALSEARCH_WEB__KEYS": json.dumps([made["setting"]]),
        "VISUALSEARCH_WEB__ANONYMOUS": '["search"]',
    }
    with serving(tmp_path / "shop", environment=environment) as server:
        refused = server.client.put("/v1/products/p1", json=product)
        stored = server.client.put(
            "/v1/products/p1", json=product, headers={"Authorization": f"Bearer {made['key']}"}
        )
        found = server.search(draw(1))[0]["product"]["id"]
        log = "".join(server.log)

    assert (refused.status_code, stored.status_code, found) == (401, 201, "p1")
    assert "caller=till" in log
    assert made["key"] not in log


def test_nothing_is_served_to_other_machines_without_a_word_on_who_may_ask(tmp_path: Path) -> None:
    done = run_program("serve", "--shop", tmp_path / "shop", "--host", "0.0.0.0", "--port", "0")

    assert done.returncode == 2
    assert "visualsearch keys NAME" in done.stderr


def test_a_scope_that_is_none_is_refused() -> None:
    done = run_program("keys", "till", "--scope", "everything")

    assert done.returncode == 2
    assert "search+write+meters+admin" in done.stderr
