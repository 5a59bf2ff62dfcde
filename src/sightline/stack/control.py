"""The control socket: one JSON request per line, one JSON answer per line."""

import asyncio
import contextlib
import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.stack import states, supervisor

__all__ = ["Client", "open_server"]

_LINE_LIMIT_BYTES: Final = 1 << 16
_ANSWER_SECONDS: Final = 30.0


async def open_server(
    path: Path, running: supervisor.Supervisor
) -> asyncio.AbstractServer:
    """Opens the socket for its owner alone; the caller closes it."""

    async def converse(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        # A caller that goes away in the middle is no concern of the stack.
        with contextlib.suppress(OSError, ValueError):
            while line := await reader.readline():
                answer = await _answer(line, running)
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        writer.close()

    return await asyncio.start_unix_server(
        converse, sock=_bind(path), limit=_LINE_LIMIT_BYTES
    )


def _bind(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)  # of a supervisor that was killed; we hold the lock
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    path.chmod(0o600)
    return listening


async def _answer(line: bytes, running: supervisor.Supervisor) -> Mapping[str, object]:
    try:
        request = json.loads(line)
        return {"ok": True, **await _obey(request, running)}
    except (errors.SightlineError, ValueError) as error:
        return {"ok": False, "error": str(error)}


async def _obey(
    request: object, running: supervisor.Supervisor
) -> Mapping[str, object]:
    match request:
        case {"do": "status"}:
            return states.encode_state(running.observe())
        case {"do": "shutdown"}:
            running.shut_down()
        case {"do": "start", "name": str(name)}:
            running.start(name)
        case {"do": "stop", "name": str(name)}:
            await running.stop(name)
        case {"do": "kill", "name": str(name)}:
            running.kill(name)
        case {"do": "withdraw", "name": str(name)}:
            await running.withdraw(name)
        case {"do": "restore", "name": str(name)}:
            running.restore(name)
        case _:
            raise errors.InputError(f"unknown request: {request!r}")
    return {}


class Client:
    """Speaks to the supervisor of a running stack, one request per connection."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def request(self, do: str, name: str | None = None) -> Mapping[str, object]:
        """Asks for something, and gives the answer's fields.

        Args:
            do: `start`, `stop`, `kill`, `withdraw`, `restore`, `status`, `shutdown`.
            name: the component, for all but the last two.

        Raises:
            ServerUnavailable: no stack runs here.
            InputError: the supervisor refused, and said why.
        """
        asked = {"do": do} if name is None else {"do": do, "name": name}
        answer = json.loads(self._exchange(json.dumps(asked).encode() + b"\n"))
        if not answer.pop("ok"):
            raise errors.InputError(answer["error"])
        fields: Mapping[str, object] = answer
        return fields

    def observe(self) -> states.StackState:
        """Gives the state of the running stack.

        Raises:
            ServerUnavailable: no stack runs here.
        """
        return states.decode_state(self.request("status"))

    def _exchange(self, line: bytes) -> bytes:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(_ANSWER_SECONDS)
                connection.connect(str(self._path))
                connection.sendall(line)
                with connection.makefile("rb") as answers:
                    answer: bytes = answers.readline()
        except OSError as error:
            raise errors.ServerUnavailable(_NO_STACK) from error
        if not answer:
            raise errors.ServerUnavailable(_NO_STACK)
        return answer


_NO_STACK: Final = "no stack runs here; start one with: ./sightline up"
