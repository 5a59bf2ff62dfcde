"""Certificates: when they run out, when they should be renewed, and who trusts them."""

import asyncio
import re
import ssl
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol

from prometheus_client import core

from sightline import errors
from sightline.collectors import readings
from sightline.errors import FailureReason
from sightline.model import certificates, collecting, connections

__all__ = ["EndpointCollector", "FileCollector", "Server", "renewal_due"]

_LABELS: Final = ("target",)
_AFTER: Final = "When the certificate runs out, in Unix seconds."
_DUE: Final = "When the certificate should have been renewed, in Unix seconds."
_TRUSTED: Final = "Whether the chain is valid, trusted, and for the name asked for."
_READABLE: Final = "Whether certificates could be read from the file."
_RENEWED_AT: Final = 1 / 3
"""The share of the lifetime that is left when clients of ACME renew by default:
https://letsencrypt.org/docs/integration-guide/#when-to-renew"""

_PEM: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", re.DOTALL
)
_MOST_BYTES: Final = 1 << 20


class Server(Protocol):
    """A TLS server that can be greeted."""

    async def fetch(self) -> certificates.Presented:
        """Gives what it presents; raises `SourceFailed`."""


class EndpointCollector:
    """Greets a server; its label `target` is the name of the source."""

    def __init__(self, declared: collecting.CertificateSource, server: Server) -> None:
        self._declared = declared
        self._server = server

    async def collect(self) -> readings.Reading:
        """Gives the times of the certificate, and whether it is trusted, apart."""
        presented = await self._server.fetch()
        name = (self._declared.name,)
        trusted = readings.gauge(
            "sightline_certificate_trusted",
            _TRUSTED,
            _LABELS,
            [(name, presented.is_trusted)],
        )
        times = _families(self._declared, [(name[0], presented.validity)])
        return readings.Reading(families=(*times, trusted), rows=1)

    async def close(self) -> None:
        """Does nothing: every handshake has its own connection."""


class FileCollector:
    """Reads PEM files; `target` is the file's name, and the first to run out counts."""

    def __init__(
        self, declared: collecting.CertificateSource, place: connections.Files
    ) -> None:
        self._declared = declared
        self._place = place

    async def collect(self) -> readings.Reading:
        """Gives the times of the certificates; an unreadable file hides no other.

        Raises:
            SourceFailed: there is no file.
        """
        return await asyncio.to_thread(self._read)

    async def close(self) -> None:
        """Does nothing: no file stays open."""

    def _read(self) -> readings.Reading:
        files = sorted(self._place.folder.glob(self._place.pattern))
        if not files:
            wanted = self._place.folder / self._place.pattern
            raise errors.SourceFailed(
                FailureReason.UNREACHABLE, f"expected files {wanted}, found none"
            )
        found = [(file.name, _read_file(file)) for file in files]
        readable = readings.gauge(
            "sightline_certificate_readable",
            _READABLE,
            _LABELS,
            [((name,), validity is not None) for name, validity in found],
        )
        known = [(name, validity) for name, validity in found if validity is not None]
        families = (*_families(self._declared, known), readable)
        return readings.Reading(families=families, rows=len(known))


def renewal_due(
    declared: collecting.CertificateSource, validity: certificates.Validity
) -> float:
    """Gives when a certificate should have been renewed, in Unix seconds.

    That is as long before its end as the source declares; by default when a third of
    its lifetime is left, which fits six days as well as a year.
    """
    end = validity.not_after.timestamp()
    if declared.renewed_before is not None:
        return end - declared.renewed_before.seconds
    return end - _RENEWED_AT * (end - validity.not_before.timestamp())


def _families(
    declared: collecting.CertificateSource,
    found: Sequence[tuple[str, certificates.Validity]],
) -> tuple[core.Metric, core.Metric]:
    return (
        readings.gauge(
            "sightline_certificate_not_after_timestamp_seconds",
            _AFTER,
            _LABELS,
            [((name,), one.not_after.timestamp()) for name, one in found],
        ),
        readings.gauge(
            "sightline_certificate_renewal_due_timestamp_seconds",
            _DUE,
            _LABELS,
            [((name,), renewal_due(declared, one)) for name, one in found],
        ),
    )


def _read_file(file: Path) -> certificates.Validity | None:
    """Gives the validity in a file that ends first; `None` if none is readable."""
    try:
        with file.open("rb") as stream:
            text = stream.read(_MOST_BYTES).decode("ascii", "replace")
        found = [certificates.read_validity(der) for der in _decode(text)]
    except (OSError, ValueError):
        return None
    return min(found, key=lambda one: one.not_after, default=None)


def _decode(text: str) -> Iterator[bytes]:
    for block in _PEM.findall(text):
        yield ssl.PEM_cert_to_DER_cert(block)
