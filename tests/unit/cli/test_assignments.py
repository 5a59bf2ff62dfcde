import argparse
from pathlib import Path

import pytest

from sightline.cli import assignments


def test_path_may_hold_an_equals_sign() -> None:
    assert assignments.parse_path("redis=/a=b") == ("redis", Path("/a=b"))


def test_port_is_a_number() -> None:
    assert assignments.parse_port("console=8484") == ("console", 8484)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("console", "expected NAME=PORT, found 'console'"),
        ("=1", "expected NAME=PORT, found '=1'"),
        ("console=x", "expected a port from 1 to 65535, found 'x'"),
        ("console=0", "expected a port from 1 to 65535, found '0'"),
        ("console=65536", "expected a port from 1 to 65535, found '65536'"),
    ],
)
def test_bad_port_says_what_was_expected(text: str, message: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError) as refusal:
        assignments.parse_port(text)
    assert str(refusal.value) == message
