"""Bytes of a log as text; lines that are no UTF-8 are rejected one by one."""

from sightline.collectors.events import rejections

__all__ = ["decode", "drop_undecodable"]


def decode(chunk: bytes, rejected: rejections.Rejections) -> str:
    """Gives a chunk of whole lines as text, without those that are no UTF-8."""
    try:
        return chunk.decode()
    except UnicodeDecodeError:
        return drop_undecodable(chunk, rejected).decode()


def drop_undecodable(chunk: bytes, rejected: rejections.Rejections) -> bytes:
    """Gives a chunk of whole lines without those that are no UTF-8."""
    kept = []
    for line in chunk.split(b"\n")[:-1]:
        try:
            line.decode()
        except UnicodeDecodeError:
            rejected.add(rejections.Reason.NOT_UTF8, line)
        else:
            kept.append(line + b"\n")
    return b"".join(kept)
