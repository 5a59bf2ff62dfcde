import json

import pytest

from sightline.stack import readiness


def _status(status: str, members: int) -> bytes:
    peers = [{"name": str(at), "address": f"a:{at}"} for at in range(members)]
    return json.dumps({"cluster": {"status": status, "peers": peers}}).encode()


@pytest.mark.parametrize(
    ("body", "is_settled"),
    [
        (_status("ready", 3), True),
        (_status("settling", 3), False),
        (_status("ready", 2), False),
        (b'{"cluster": {"status": "disabled"}}', False),
        (b"not JSON", False),
        (None, False),
    ],
)
def test_a_cluster_has_settled_when_all_have_found_one_another(
    body: bytes | None, *, is_settled: bool
) -> None:
    assert readiness._has_settled(body, 3) is is_settled
