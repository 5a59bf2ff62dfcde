"""The certificate of the reference platform's edge: made by openssl, and renewed."""

import asyncio
import datetime as dt
import shutil
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final

from sightline.model import certificates
from sightline.stack import layout

__all__ = ["certificate_of", "key_of", "prepare"]

_DAYS: Final = 90
_RENEWED_BEFORE: Final = dt.timedelta(days=_DAYS / 3)
_REQUEST: Final = (
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    str(_DAYS),
    "-subj",
    "/CN=localhost",
    "-addext",
    "subjectAltName=DNS:localhost,IP:127.0.0.1",
)


def certificate_of(place: layout.Layout) -> Path:
    """Gives the file of the certificate, which nobody but this stack trusts."""
    return place.data_of("cdn-edge") / "certificate.pem"


def key_of(place: layout.Layout) -> Path:
    """Gives the file of its key."""
    return place.data_of("cdn-edge") / "key.pem"


async def prepare(
    place: layout.Layout, say: Callable[[str], None], now: dt.datetime
) -> None:
    """Makes the certificate, and makes it anew when a third of its time is left.

    Without openssl there is none: the edge then speaks no TLS, and its certificate is
    shown as what it is, not to be read.
    """
    if _is_fresh(certificate_of(place), now):
        return
    program = shutil.which("openssl")
    if program is None:
        say("openssl is not on PATH: the edge has no certificate to watch")
        return
    certificate_of(place).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    files = ("-keyout", str(key_of(place)), "-out", str(certificate_of(place)))
    process = await asyncio.create_subprocess_exec(
        program,
        *_REQUEST,
        *files,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if process.returncode:
        say(f"openssl made no certificate: {said.decode(errors='replace').strip()}")


def _is_fresh(file: Path, now: dt.datetime) -> bool:
    try:
        der = ssl.PEM_cert_to_DER_cert(file.read_text("ascii"))
        validity = certificates.read_validity(der)
    except (OSError, ValueError):
        return False
    return validity.not_after - now > _RENEWED_BEFORE
