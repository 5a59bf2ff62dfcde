"""An HTTP server that answers what a test lays out, byte for byte."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

__all__ = ["HANG", "Answer", "ScriptedServer", "running"]

Answer = bytes | None
HANG: Answer = None
"""Takes the request and never answers."""


class ScriptedServer:
    """Gives each request to a function, and its answer back as it is.

    Attributes:
        asked: the request lines so far.
        headers: of the last request, in lower case.
    """

    def __init__(self, answer: Callable[[str], Answer]) -> None:
        self.port = 0
        self.asked: list[str] = []
        self.headers: dict[str, str] = {}
        self._answer = answer

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answers one request, and hangs up."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        line, *fields = head.strip().split("\r\n")
        self.asked.append(line)
        pairs = (field.split(": ", 1) for field in fields)
        self.headers = {name.lower(): text for name, text in pairs}
        answer = self._answer(line)
        if answer is None:
            await reader.read()  # until the client gives up
        else:
            writer.write(answer)
        writer.close()


@asynccontextmanager
async def running(server: ScriptedServer) -> AsyncIterator[ScriptedServer]:
    """Serves on a free port while the block runs."""
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server
