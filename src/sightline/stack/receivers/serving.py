"""One process for all the receivers, from its start to a clean stop."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvicorn
from starlette.applications import Starlette

from sightline.stack.receivers import desk as desks
from sightline.stack.receivers import inbox, mail, tallies, web

__all__ = ["Settings", "open_desk", "serve"]

_HOST: Final = "127.0.0.1"
_STOP_SECONDS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the receivers listen and keep things, and whom they believe."""

    inbox: Path
    pagerduty_port: int
    webhook_port: int
    smtp_port: int
    routing_key: str
    webhook_token: str


def open_desk(folder: Path) -> desks.Desk:
    """Gives what the receivers share, with the inbox in `folder`."""
    heartbeat = tallies.Heartbeat(folder / "heartbeat.json")
    return desks.Desk(
        inbox.Inbox(folder), tallies.Tallies(heartbeat), heartbeat, time.time
    )


async def serve(settings: Settings) -> None:
    """Receives until SIGTERM or SIGINT.

    Raises:
        OSError: when a port is in use.
    """
    desk = open_desk(settings.inbox)
    loop = asyncio.get_running_loop()
    mailbox = mail.Mailbox(desk)
    servers = (
        _server(web.pagerduty_app(desk, settings.routing_key), settings.pagerduty_port),
        _server(web.webhook_app(desk, settings.webhook_token), settings.webhook_port),
    )
    post = await loop.create_server(
        lambda: mail.open_session(mailbox), _HOST, settings.smtp_port
    )

    def stop() -> None:
        for server in servers:
            server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    try:
        async with asyncio.TaskGroup() as group:
            for server in servers:
                group.create_task(server.serve())
    finally:
        post.close()


class _Server(uvicorn.Server):
    """A server that leaves the signals to the process, which has two of them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(app: Starlette, port: int) -> _Server:
    return _Server(
        uvicorn.Config(
            app,
            host=_HOST,
            port=port,
            access_log=False,
            lifespan="off",
            log_level="warning",
            timeout_graceful_shutdown=_STOP_SECONDS,
        )
    )
