"""Writes small databases in MaxMind's format, as others publish large ones.

https://maxmind.github.io/MaxMind-DB/
"""

import ipaddress
from collections.abc import Mapping
from typing import Final

__all__ = ["Record", "write_database"]

Record = Mapping[str, "str | Record"]

_TEXT, _UINT16, _UINT32, _MAP, _UINT64, _ARRAY = 2, 5, 6, 7, 9, 11
_FIRST_EXTENDED: Final = 8
_SEPARATOR: Final = bytes(16)
_MARKER: Final = b"\xab\xcd\xefMaxMind.com"
_V4_IN_V6: Final = 96
_Node = list["_Node | int | None"]


def write_database(networks: Mapping[str, Record]) -> bytes:
    """Gives a database of networks, none of which lies within another."""
    root: _Node = [None, None]
    records = b""
    for text, record in networks.items():
        _insert(root, text, len(records))
        records += _encode(record)
    nodes = [root]
    for node in nodes:  # grows as it is walked
        nodes.extend(child for child in node if isinstance(child, list))
    numbers = {id(node): number for number, node in enumerate(nodes)}

    def point(child: "_Node | int | None") -> bytes:
        if isinstance(child, list):
            return numbers[id(child)].to_bytes(4)
        beyond = 0 if child is None else len(_SEPARATOR) + child
        return (len(nodes) + beyond).to_bytes(4)

    tree = b"".join(point(child) for node in nodes for child in node)
    return tree + _SEPARATOR + records + _MARKER + _describe(len(nodes))


def _insert(root: _Node, text: str, offset: int) -> None:
    network = ipaddress.ip_network(text)
    is_v4 = network.version == 4
    bits = f"{int(network.network_address):0{network.max_prefixlen}b}"
    path = "0" * (_V4_IN_V6 if is_v4 else 0) + bits[: network.prefixlen]
    node = root
    for bit in path[:-1]:
        child = node[int(bit)]
        if not isinstance(child, list):
            child = node[int(bit)] = [None, None]
        node = child
    node[int(path[-1])] = offset


def _describe(nodes: int) -> bytes:
    fields = {
        "node_count": _number(_UINT32, nodes),
        "record_size": _number(_UINT16, 32),
        "ip_version": _number(_UINT16, 6),
        "database_type": _encode("Countries"),
        "languages": _control(_ARRAY, 0),
        "binary_format_major_version": _number(_UINT16, 2),
        "binary_format_minor_version": _number(_UINT16, 0),
        "build_epoch": _number(_UINT64, 1_795_485_600),
        "description": _control(_MAP, 0),
    }
    pairs = (_encode(name) + field for name, field in fields.items())
    return _control(_MAP, len(fields)) + b"".join(pairs)


def _encode(found: str | Record) -> bytes:
    if isinstance(found, str):
        return _control(_TEXT, len(found)) + found.encode("ascii")
    pairs = (_encode(name) + _encode(inner) for name, inner in found.items())
    return _control(_MAP, len(found)) + b"".join(pairs)


def _number(kind: int, number: int) -> bytes:
    packed = number.to_bytes((number.bit_length() + 7) // 8)
    return _control(kind, len(packed)) + packed


def _control(kind: int, size: int) -> bytes:
    """Gives what stands before a value: its type, and a size below 29."""
    assert size < 29, "longer ones have another form"
    if kind < _FIRST_EXTENDED:
        return bytes([kind << 5 | size])
    return bytes([size, kind - 7])
