"""Progress for people: a line per download on a terminal, plain lines elsewhere."""

import time
from typing import Final, TextIO

__all__ = ["Progress"]

_REDRAW_SECONDS: Final = 0.1
_BAR_WIDTH: Final = 24
_MEBIBYTE: Final = 1 << 20


class Progress:
    """Says what goes on, on standard error; never where results go.

    Attributes:
        is_interactive: whether lines may be drawn over.
    """

    def __init__(self, stream: TextIO, *, is_interactive: bool) -> None:
        self.is_interactive = is_interactive
        self._stream = stream
        self._received: dict[str, tuple[int, int]] = {}
        self._drawn_lines = 0
        self._drawn_at = 0.0

    def say(self, text: str) -> None:
        """Writes a line that stays."""
        self._clear()
        print(text, file=self._stream, flush=True)

    def receive(self, name: str, received: int, total: int) -> None:
        """Notes that a download has come so far; sizes in bytes, total 0 if unknown."""
        is_new = name not in self._received
        self._received[name] = (received, total)
        if not self.is_interactive:
            if is_new:
                self.say(f"fetching {name}{_size(total)}")
            return
        now = time.monotonic()
        if now - self._drawn_at >= _REDRAW_SECONDS:
            self._drawn_at = now
            self._draw()

    def finish_downloads(self) -> None:
        """Takes the download lines away."""
        self._clear()
        self._received.clear()

    def _draw(self) -> None:
        self._clear()
        for name, (received, total) in self._received.items():
            share = received / total if total else 0.0
            bar = ("━" * round(share * _BAR_WIDTH)).ljust(_BAR_WIDTH, "─")
            amount = f"{received / _MEBIBYTE:6.1f} MiB"
            print(f"  {name:<18} {bar} {share:4.0%} {amount}", file=self._stream)
        self._stream.flush()
        self._drawn_lines = len(self._received)

    def _clear(self) -> None:
        if self._drawn_lines:
            # Up to the first line drawn, then clear to the end of the screen.
            self._stream.write(f"\x1b[{self._drawn_lines}A\x1b[J")
            self._drawn_lines = 0


def _size(total: int) -> str:
    return f" ({total / _MEBIBYTE:.1f} MiB)" if total else ""
