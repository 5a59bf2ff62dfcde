"""The supervisor's process: `python -m sightline.stack.daemon HOME [--leashed]`.

It inherits the lock on the stack's data from the `up` that started it, so that there
is no moment without an owner. On a leash it ends with its standard input: a foreground
stack does not outlive the terminal's `up`, however that ends.
"""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from sightline.stack import control, layout, plans, supervisor

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Runs the plan of a stack until it is told to stop."""
    parser = argparse.ArgumentParser(prog="sightline.stack.daemon")
    parser.add_argument("home", type=Path)
    parser.add_argument("--leashed", action="store_true")
    arguments = parser.parse_args(argv)
    place = layout.Layout(arguments.home)
    asyncio.run(_supervise(place, leashed=arguments.leashed))
    return 0


async def _supervise(place: layout.Layout, *, leashed: bool) -> None:
    running = supervisor.Supervisor(place, plans.read_plan(place.plan))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, running.shut_down)
    leash = asyncio.create_task(_feel_leash(running)) if leashed else None
    server = await control.open_server(place.control_socket, running)
    try:
        await running.run()
    finally:
        server.close()
        place.control_socket.unlink(missing_ok=True)
        if leash is not None:
            leash.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await leash


async def _feel_leash(running: supervisor.Supervisor) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while await reader.read(1024):
        pass
    running.shut_down()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
