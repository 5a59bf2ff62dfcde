"""What a process says of itself at its `/metrics`, read without Prometheus."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import httpx
import prometheus_client.parser
from prometheus_client import samples

from sightline import errors
from sightline.clients import servers

__all__ = ["Exposition", "Page", "fetch_page"]

_ASKED: Final = "its metrics"
_ACCEPTED: Final = (
    "application/openmetrics-text;version=1.0.0;q=0.6,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
"""As Prometheus asks: https://prometheus.io/docs/instrumenting/content_negotiation/"""

_TIMEOUT_SECONDS: Final = 10.0
"""Prometheus' default of `scrape_timeout`, for the answer as a whole."""

_LIMIT_BYTES: Final = 64 << 20
_HTML: Final = ("<!doctype", "<html", "<?xml")


@dataclass(frozen=True, slots=True)
class Page:
    """A metrics page as it was served.

    Attributes:
        url: where it was, without credentials.
    """

    url: str
    text: str
    is_openmetrics: bool


async def fetch_page(
    client: httpx.AsyncClient,
    url: str,
    *,
    timeout_seconds: float = _TIMEOUT_SECONDS,
    limit_bytes: int = _LIMIT_BYTES,
) -> Page:
    """Gives the metrics page of any process, asked for as Prometheus asks.

    Args:
        client: see `servers.open_client`.
        url: `/metrics` is added when it has no path.
        timeout_seconds: for the whole answer, not for its next byte.
        limit_bytes: of the page, after it was decompressed.

    Raises:
        InputError: `url` is no address of HTTP.
        ServerUnavailable: no answer in time, a refusal, or no metrics page.
    """
    address = _parse(url)
    shown = str(address.copy_with(username=None, password=None, query=None))
    server = servers.Server("the service", shown, client)
    request = client.build_request("GET", address, headers={"accept": _ACCEPTED})
    try:
        async with asyncio.timeout(timeout_seconds):
            response = await client.send(request, stream=True)
            try:
                if response.status_code != httpx.codes.OK:
                    raise server.unavailable(_ASKED, _refusal(response))
                body = await _read(server, response, limit_bytes)
            finally:
                await response.aclose()
    except TimeoutError as error:
        reason = f"no whole answer within {timeout_seconds:g} s"
        raise server.unavailable(_ASKED, reason) from error
    except httpx.HTTPError as error:
        raise server.failure(_ASKED, error) from error
    content_type = response.headers.get("content-type", "")
    return Page(
        url=shown,
        text=_decode(server, body, content_type),
        is_openmetrics="openmetrics" in content_type,
    )


def _parse(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise errors.InputError(
            f"expected an address, found {url!r}: {error}"
        ) from error
    if address.scheme not in {"http", "https"} or not address.host:
        raise errors.InputError(
            "expected an address such as 'http://127.0.0.1:8000/metrics', "
            f"found {url!r}"
        )
    return address if address.path != "/" else address.copy_with(path="/metrics")


def _refusal(response: httpx.Response) -> str:
    elsewhere = response.headers.get("location")
    status = f"status {response.status_code}"
    return f"{status}, to {elsewhere!r}" if elsewhere else status


async def _read(
    server: servers.Server, response: httpx.Response, limit_bytes: int
) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > limit_bytes:
            size = f"{limit_bytes / (1 << 20):g} MiB"
            raise server.unavailable(_ASKED, f"more than {size}; nobody scrapes that")
    return bytes(body)


def _decode(server: servers.Server, body: bytes, content_type: str) -> str:
    start = body[:100].lstrip().lower().decode("latin-1")
    if "html" in content_type or start.startswith(_HTML):
        reason = "expected a metrics page, found HTML; the usual path is /metrics"
        raise server.unavailable(_ASKED, reason)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        reason = f"expected UTF-8, found another byte in line {line}"
        raise server.unavailable(_ASKED, reason) from error


class Exposition:
    """Reads one process's metrics in the text format.

    Args:
        name: what the process is called in messages.
        url: its address, without the path.
    """

    def __init__(self, client: httpx.AsyncClient, url: str, name: str) -> None:
        self._server = servers.Server(name, url, client)

    async def fetch_numbers(self, metric: str) -> tuple[float, ...]:
        """Gives the present number of every series of `metric`; empty without one.

        Raises:
            ServerUnavailable: no answer, or one in another format.
        """
        return tuple(sample.value for sample in await self._fetch(metric))

    async def fetch_sums(self, metric: str, label: str) -> Mapping[str, float]:
        """Gives the sums of the series of `metric` by the values of a label.

        Raises:
            ServerUnavailable: no answer, or one in another format.
        """
        sums: dict[str, float] = {}
        for sample in await self._fetch(metric):
            name = sample.labels.get(label, "")
            sums[name] = sums.get(name, 0.0) + sample.value
        return sums

    async def _fetch(self, metric: str) -> Sequence[samples.Sample]:
        body = await self._server.get("/metrics", _ASKED)
        try:
            return tuple(_samples(body.decode(), metric))
        except ValueError as error:
            raise self._server.unavailable(
                _ASKED, f"not an exposition: {error}"
            ) from error


def _samples(text: str, metric: str) -> Iterator[samples.Sample]:
    for family in prometheus_client.parser.text_string_to_metric_families(text):
        yield from (one for one in family.samples if one.name == metric)
