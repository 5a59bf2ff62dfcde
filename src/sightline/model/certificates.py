"""What a certificate says about its own time, read from DER."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["Presented", "Validity", "read_validity"]


@dataclass(frozen=True, slots=True)
class Validity:
    """From when until when a certificate is valid; aware, in UTC."""

    not_before: dt.datetime
    not_after: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """What a server presents in a handshake.

    Attributes:
        validity: of the server's own certificate.
        is_trusted: the whole chain is valid, trusted, and for the name asked for.
        distrust: why not, in words; empty when it is trusted.
    """

    validity: Validity
    is_trusted: bool
    distrust: str


_SEQUENCE: Final = 0x30
_VERSION: Final = 0xA0
_LONG_FORM: Final = 0x80
_MOST_LENGTH_BYTES: Final = 4


def read_validity(der: bytes) -> Validity:
    """Reads the validity of an X.509 certificate.

    https://www.rfc-editor.org/rfc/rfc5280#section-4.1: the fields before it are read
    over, those behind it are not looked at; nothing is verified here.

    Raises:
        ValueError: it is no certificate.
    """
    certificate = _expect(_elements(der), _SEQUENCE, "a certificate")
    body = _expect(_elements(certificate), _SEQUENCE, "what is signed")
    fields = [element for element in _elements(body) if element[0] != _VERSION]
    if len(fields) < _VALIDITY_PLACE + 1:
        raise ValueError("expected a certificate, found fewer fields")
    validity = _expect(iter(fields[_VALIDITY_PLACE:]), _SEQUENCE, "a validity")
    times = [_read_time(tag, content) for tag, content in _elements(validity)]
    if len(times) != 2:  # noqa: PLR2004 - not before, and not after
        raise ValueError(f"expected two times in a validity, found {len(times)}")
    return Validity(*times)


_VALIDITY_PLACE: Final = 3
"""After the serial number, the algorithm and the issuer."""


def _expect(elements: Iterator[tuple[int, bytes]], tag: int, what: str) -> bytes:
    found, content = next(elements, (None, b""))
    if found != tag:
        raise ValueError(f"expected {what} in DER, found something else")
    return content


def _elements(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Gives the tag and content of each element: X.690, definite lengths only."""
    place = 0
    while place < len(content):
        if place + 2 > len(content):
            raise ValueError("expected DER, found its end in the middle of an element")
        tag, length = content[place], content[place + 1]
        place += 2
        if length & _LONG_FORM:
            size = length ^ _LONG_FORM
            if not 0 < size <= _MOST_LENGTH_BYTES:
                raise ValueError("expected a definite length in DER, found another")
            length = int.from_bytes(content[place : place + size])
            place += size
        if place + length > len(content):
            raise ValueError("expected DER, found its end in the middle of an element")
        yield tag, content[place : place + length]
        place += length


def _read_time(tag: int, content: bytes) -> dt.datetime:
    """Reads a time as RFC 5280 (4.1.2.5) allows it: to the second, in UTC."""
    text = content.decode("ascii", "replace")
    match tag:
        case 0x17:  # UTCTime
            century = "20" if text[:2] < "50" else "19"
            return _parse(century + text)
        case 0x18:  # GeneralizedTime
            return _parse(text)
        case _:
            raise ValueError("expected a time in DER, found something else")


def _parse(text: str) -> dt.datetime:
    try:
        return dt.datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=dt.UTC)
    except ValueError as error:
        raise ValueError(f"expected a time in DER, found {text[:20]!r}") from error
