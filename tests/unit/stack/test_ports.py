import pytest

from sightline import errors
from sightline.stack import ports


def test_free_default_is_taken() -> None:
    said: list[str] = []
    chosen = ports.Ports(asked={}, say=said.append, is_free=lambda _: True)
    assert chosen.choose("prometheus", 9090) == 9090
    assert said == []


def test_taken_default_is_replaced_and_said() -> None:
    said: list[str] = []
    chosen = ports.Ports(asked={}, say=said.append, is_free=lambda port: port != 1)
    port = chosen.choose("prometheus", 1)
    assert said == [f"prometheus: port 1 is taken by another process; using {port}"]


def test_same_name_gets_the_same_port() -> None:
    chosen = ports.Ports(asked={}, say=print, is_free=lambda port: port != 1)
    assert chosen.choose("prometheus", 1) == chosen.choose("prometheus", 1)


def test_port_of_another_component_is_not_free() -> None:
    said: list[str] = []
    chosen = ports.Ports(asked={"a": 2}, say=said.append, is_free=lambda _: True)
    assert chosen.choose("a", 1) == 2
    assert chosen.choose("b", 2) != 2


def test_taken_port_that_was_asked_for_is_refused() -> None:
    chosen = ports.Ports(asked={"console": 1}, say=print, is_free=lambda _: False)
    with pytest.raises(errors.PortTaken) as refusal:
        chosen.choose("console", 8484)
    assert str(refusal.value) == (
        "port 1, asked for by --port console=1, is taken by another process"
    )
