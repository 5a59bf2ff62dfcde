"""The edge's TLS port: takes the encryption off, and passes the bytes on."""

import asyncio
import contextlib
import ssl
from pathlib import Path
from typing import Final

from sightline.demo import settings

__all__ = ["TlsDoor"]

_READ_BYTES: Final = 1 << 16
_HANDSHAKE_SECONDS: Final = 5.0


class TlsDoor:
    """Listens beside the edge for whoever wants it encrypted.

    Args:
        port: where it listens; 0 keeps it shut.
        inner: where the edge itself listens.
        folder: holds `certificate.pem` and `key.pem`; without them it stays shut.
    """

    def __init__(self, port: int, inner: int, folder: Path) -> None:
        self._port = port
        self._inner = inner
        self._certificate = folder / "certificate.pem"
        self._key = folder / "key.pem"
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Begins to listen, if there is a certificate to show."""
        if not self._port or not self._certificate.is_file():
            return
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self._certificate, self._key)
        self._server = await asyncio.start_server(
            self._pass_on,
            settings.HOST,
            self._port,
            ssl=context,
            ssl_handshake_timeout=_HANDSHAKE_SECONDS,
        )

    async def close(self) -> None:
        """Stops listening."""
        if self._server is not None:
            self._server.close()

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.suppress(OSError):
            inner_reader, inner_writer = await asyncio.open_connection(
                settings.HOST, self._inner
            )
            await asyncio.gather(
                _copy(reader, inner_writer), _copy(inner_reader, writer)
            )
        writer.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copies until either side ends, and then ends the other."""
    with contextlib.suppress(OSError):
        while content := await reader.read(_READ_BYTES):
            writer.write(content)
            await writer.drain()
    writer.close()
