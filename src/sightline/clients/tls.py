"""The certificate that a TLS server presents, valid or not."""

import asyncio
import contextlib
import ssl

from sightline import errors
from sightline.errors import FailureReason
from sightline.model import certificates, connections

__all__ = ["TlsServer"]


class TlsServer:
    """A server that is greeted and left again."""

    def __init__(self, place: connections.TlsEndpoint) -> None:
        self._place = place

    async def fetch(self) -> certificates.Presented:
        """Gives the validity of the certificate, and whether its chain is trusted.

        Two handshakes: without verification, so that an expired certificate can be read
        at all, and with it.

        Raises:
            SourceFailed: nothing answers there, or it does not speak TLS.
        """
        try:
            der = await self._shake_hands(_open_context(verifies=False, place=None))
            distrust = await self._distrust()
        except (OSError, EOFError) as error:
            words = getattr(error, "reason", "") or str(error) or "connection lost"
            raise errors.SourceFailed(
                FailureReason.UNREACHABLE, f"greeted {self._place.address}: {words}"
            ) from error
        try:
            validity = certificates.read_validity(der)
        except ValueError as error:
            raise errors.SourceFailed(
                FailureReason.ANSWER, f"greeted {self._place.address}: {error}"
            ) from error
        return certificates.Presented(
            validity=validity, is_trusted=not distrust, distrust=distrust
        )

    async def _distrust(self) -> str:
        try:
            await self._shake_hands(_open_context(verifies=True, place=self._place))
        except ssl.SSLCertVerificationError as error:
            return error.verify_message
        return ""

    async def _shake_hands(self, context: ssl.SSLContext) -> bytes:
        place = self._place
        _, writer = await asyncio.open_connection(
            place.address.host,
            place.address.port,
            ssl=context,
            server_hostname=place.server_name,
        )
        try:
            shaken: ssl.SSLObject = writer.get_extra_info("ssl_object")
            return shaken.getpeercert(binary_form=True) or b""
        finally:
            writer.close()
            # Some servers do not say goodbye; nothing is lost.
            with contextlib.suppress(OSError):
                await writer.wait_closed()


def _open_context(
    *, verifies: bool, place: connections.TlsEndpoint | None
) -> ssl.SSLContext:
    trusted = None if place is None else place.certificate_authority
    context = ssl.create_default_context(
        cafile=None if trusted is None else str(trusted)
    )
    if not verifies:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
