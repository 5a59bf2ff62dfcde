"""What the collectors say of real TLS servers: trusted, foreign, over, or none."""

import asyncio
import contextlib
import datetime as dt
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sightline import errors
from sightline.clients import tls
from sightline.collectors import expiries
from sightline.errors import FailureReason
from sightline.model import collecting, connections, spans, units

pytestmark = pytest.mark.integration

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
_AUTHORITY = """
[ca]
default_ca = own
[own]
database = index.txt
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
"""


def make(folder: Path, first: dt.datetime, last: dt.datetime) -> ssl.SSLContext:
    """Gives a server's context, with a certificate of `localhost` that signs itself."""
    program = shutil.which("openssl")
    assert program is not None, "openssl makes the edge's certificate as well"
    (folder / "ca.conf").write_text(_AUTHORITY)
    (folder / "index.txt").touch()
    (folder / "serial").write_text("01\n")
    name = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    times = (f"{first:%Y%m%d%H%M%SZ}", f"{last:%Y%m%d%H%M%SZ}")
    asked = ("req", *key, *name, "-keyout", "key.pem", "-out", "asked.pem")
    signed = (
        *("ca", "-batch", "-notext", "-config", "ca.conf", "-selfsign"),
        *("-startdate", times[0], "-enddate", times[1]),
        *("-keyfile", "key.pem", "-in", "asked.pem", "-out", "certificate.pem"),
    )
    for argv in (asked, signed):
        done = subprocess.run(  # noqa: S603 - openssl, with our arguments
            [program, *argv], cwd=folder, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


@contextlib.asynccontextmanager
async def serving(
    context: ssl.SSLContext | None, said: bytes = b""
) -> AsyncIterator[connections.Address]:
    """Serves on a free port: TLS, or without a context whatever it says at once."""

    writers: list[asyncio.StreamWriter] = []

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        if said:
            writer.write(said)
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield connections.Address("127.0.0.1", server.sockets[0].getsockname()[1])
    for writer in writers:
        writer.transport.abort()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def collect(
    address: connections.Address,
    *,
    name: str = "localhost",
    trusting: Path | None = None,
) -> dict[str, float]:
    """Gives what is exposed of a server, by the middle of the metric's name."""
    place = connections.TlsEndpoint(
        address=address, server_name=name, certificate_authority=trusting
    )
    minute = units.Duration.parse("1m")
    declared = collecting.CertificateSource(
        name="website",
        connection="edge",
        pace=collecting.Pace(interval=minute, timeout=minute, expires_after=minute),
        environments=(),
        span=spans.Span(file="certificates.yaml"),
        renewed_before=None,
    )
    collector = expiries.EndpointCollector(declared, tls.TlsServer(place))
    reading = await collector.collect()
    return {
        family.name.removeprefix("sightline_certificate_"): family.samples[0].value
        for family in reading.families
    }


def times_of(first: dt.datetime, last: dt.datetime) -> dict[str, float]:
    due = last - (last - first) / 3
    return {
        "not_after_timestamp_seconds": last.timestamp(),
        "renewal_due_timestamp_seconds": due.timestamp(),
    }


async def test_trust_depends_on_the_authority_and_on_the_name(tmp_path: Path) -> None:
    first, last = NOW - dt.timedelta(days=1), NOW + dt.timedelta(days=89)
    context = make(tmp_path, first, last)
    own = tmp_path / "certificate.pem"
    times = times_of(first, last)
    async with serving(context) as address:
        assert await collect(address, trusting=own) == {**times, "trusted": 1}
        assert await collect(address) == {**times, "trusted": 0}
        assert await collect(address, name="other.test", trusting=own) == {
            **times,
            "trusted": 0,
        }


async def test_a_certificate_that_has_run_out_still_says_when(tmp_path: Path) -> None:
    first, last = NOW - dt.timedelta(days=90), NOW - dt.timedelta(days=1)
    context = make(tmp_path, first, last)
    async with serving(context) as address:
        found = await collect(address, trusting=tmp_path / "certificate.pem")
    assert found == {**times_of(first, last), "trusted": 0}


@pytest.mark.parametrize("said", [b"220 mail.example ESMTP\r\n", b"\x16\x03"])
async def test_what_speaks_no_tls_is_unreachable(said: bytes) -> None:
    async with serving(None, said) as address:
        with pytest.raises(errors.SourceFailed) as caught:
            await collect(address)
    assert caught.value.reason is FailureReason.UNREACHABLE
    assert str(caught.value).startswith(f"greeted {address}: ")


async def test_a_server_that_says_nothing_is_given_up() -> None:
    async with serving(None) as address:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await collect(address)


async def test_a_server_that_is_away_is_unreachable() -> None:
    async with serving(None) as address:
        pass
    with pytest.raises(errors.SourceFailed) as caught:
        await collect(address)
    assert caught.value.reason is FailureReason.UNREACHABLE
