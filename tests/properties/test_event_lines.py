"""Reading a chunk at once is reading its lines alone, whatever they are."""

from hypothesis import given
from hypothesis import strategies as st

from sightline.collectors.events import (
    access_logs,
    json_lines,
    log_formats,
    rejections,
    text_chunks,
)
from sightline.model import events

_FIELDS = ["event", "a.b"]
_GOOD_JSON = st.sampled_from(
    [
        b'{"event": "x", "a": {"b": 1}}',
        b'{"a":{"b":"}"},"event":"\\u00e9"}',
        b"{}",
        b'{"event": "caf\xc3\xa9"}',
    ]
)
_ODD = st.sampled_from(
    [
        b"",
        b" ",
        b"{",
        b"}",
        b"}{",
        b"{}{}",
        b'{"event"',
        b": 1}",
        b'{"event": "\xff"}',
        b'{"event": []}',
        b"{},{}",
        b"\r",
        b"[]",
    ]
)
_ACCESS = st.sampled_from(
    [
        b'::1 - - [t] "GET / HTTP/1.1" 200 5 "-" "agent"',
        b'::1 - - [t] "GET /\\" HTTP/1.1" 200 5 "-" "agent"',
        b'::1 - - [t] "\\x16" 400 0 "-" "-"',
        b'::1 - - [t] "GET / HTTP/1.1" 200 5 "-"',
        b'" 200 5 "-" "agent"',
        b'::1 - - [t] "GET /',
        b'a word before ::1 - - [t] "GET / HTTP/1.1" 200 5 "-" "agent"',
        b"word",
    ]
)


def _json_rows(chunk: bytes, *, strictly: bool) -> tuple[list[object], object]:
    rejected = rejections.Rejections()
    reader = json_lines.JsonReader(_FIELDS, rejected)
    take = reader.getter(_FIELDS)
    pieces = chunk.splitlines(keepends=True) if strictly else [chunk]
    return [take(row) for piece in pieces for row in reader.read(piece)], dict(
        rejected.counts()
    )


def _access_rows(chunk: bytes, *, strictly: bool) -> tuple[list[object], object]:
    rejected = rejections.Rejections()
    patterns = log_formats.compile_log_format(
        events.COMBINED, {"remote_addr", "method", "path", "status"}
    )
    reader = access_logs.AccessLogReader(patterns, rejected)
    if strictly:
        rows = reader._read_strictly(text_chunks.decode(chunk, rejected))
    else:
        rows = reader.read(chunk)
    return list(rows), dict(rejected.counts())


@given(st.lists(_GOOD_JSON | _ODD, min_size=1, max_size=6))
def test_json_read_together_is_json_read_line_by_line(lines: list[bytes]) -> None:
    chunk = b"".join(line.replace(b"\r", b" ") + b"\n" for line in lines)
    assert _json_rows(chunk, strictly=False) == _json_rows(chunk, strictly=True)


@given(st.lists(_ACCESS | _ODD, min_size=1, max_size=6))
def test_access_lines_read_fast_are_those_read_strictly(
    lines: list[bytes],
) -> None:
    chunk = b"".join(line.replace(b"\r", b" ") + b"\n" for line in lines)
    assert _access_rows(chunk, strictly=False) == _access_rows(chunk, strictly=True)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=5))
def test_every_line_is_a_row_or_a_rejection(lines: list[bytes]) -> None:
    chunk = b"".join(line.replace(b"\n", b"") + b"\n" for line in lines)
    for found in (_json_rows, _access_rows):
        rows, rejected = found(chunk, strictly=False)
        assert len(rows) + sum(rejected.values()) == len(lines)  # type: ignore[attr-defined]  # a mapping of counts
