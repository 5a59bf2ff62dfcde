"""Work in a process of its own, beside this one: half the time where two cores are."""

import multiprocessing
import traceback
from collections.abc import Callable
from multiprocessing import connection
from typing import Generic, TypeVar

__all__ = ["Work"]

ResultT = TypeVar("ResultT")


class Work(Generic[ResultT]):
    """A function that runs in a copy of this process, from now on.

    The copy has everything that is here, so that nothing is sent but the result, which
    must be data. Nothing that the function changes is seen here.
    """

    def __init__(self, do: Callable[[], ResultT]) -> None:
        context = multiprocessing.get_context("fork")
        self._receiving, sending = context.Pipe(duplex=False)
        self._process = context.Process(target=_send, args=(do, sending), daemon=True)
        self._process.start()
        sending.close()

    def result(self) -> ResultT:
        """Waits for what the function gives.

        Raises:
            RuntimeError: the function has failed; the text says how.
        """
        try:
            result, failure = self._receiving.recv()
        except EOFError:
            result, failure = None, "the process ended without a result"
        self._process.join()
        if failure:
            raise RuntimeError(failure)
        found: ResultT = result
        return found


def _send(do: Callable[[], object], sending: connection.Connection) -> None:
    try:
        sending.send((do(), ""))
    except Exception:  # noqa: BLE001 - raised again in the other process
        sending.send((None, traceback.format_exc()))
