"""What lines say, in every format; what is none is rejected with its reason."""

from collections.abc import Sequence

import pytest

from sightline import errors
from sightline.collectors.events import log_formats, reading, rejections
from sightline.model import events

ACCESS = (
    '203.0.113.9 - ann [24/Nov/2026:02:00:00 +0000] "GET /jobs/1?x=%22 HTTP/1.1"'
    ' 200 512 "https://example.com/" "Mozilla/5.0 (X11)"'
)


def rows_of(
    line_format: events.Format,
    fields: Sequence[str],
    text: str | bytes,
    rejected: rejections.Rejections | None = None,
) -> list[object]:
    reader = reading.open_reader(
        line_format, fields, rejected or rejections.Rejections()
    )
    take = reader.getter(fields)
    chunk = text if isinstance(text, bytes) else text.encode()
    return [take(row) for row in reader.read(chunk)]


def rejected_of(line_format: events.Format, text: bytes) -> dict[str, int]:
    rejected = rejections.Rejections()
    rows_of(line_format, ["event"], text, rejected)
    return {one.value: count for one, count in rejected.counts().items() if count}


def test_json_gives_text_numbers_truth_and_nothing() -> None:
    fields = ["event", "status", "is_new", "seconds", "user"]
    line = '{"seconds": 0.5, "is_new": true, "event": "login", "status": 200}\n'
    assert rows_of(events.JsonLines(), fields, line) == [
        ("login", 200, True, 0.5, None)
    ]


def test_json_paths_go_into_objects_and_lists() -> None:
    fields = ["client.ip", "messages.0.rule.id", "x-y"]
    line = '{"client": {"ip": "::1"}, "messages": [{"rule": {"id": 7}}], "x-y": 1}\n'
    assert rows_of(events.JsonLines(), fields, line) == [("::1", 7, 1)]
    assert rows_of(
        events.JsonLines(), fields, '{"client": null, "messages": []}\n'
    ) == [(None, None, None)]


def test_json_lines_that_are_none_are_rejected_and_hide_no_other() -> None:
    lines = [
        b'{"event": "good"}',
        b"",
        b"no json",
        b'{"event": ["a"]}',
        b'{"event": "\xff"}',
        b'{"deep": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b'{"event": "half',
        b'["event"]',
        b'{"event": "good"} {"event": "second"}',
        b'{"event": "good"}\r',
    ]
    text = b"\n".join(lines) + b"\n"
    assert rows_of(events.JsonLines(), ["event"], text) == ["good", "good"]
    assert rejected_of(events.JsonLines(), text) == {
        "empty": 1,
        "syntax": 3,
        "wrong_type": 2,
        "not_utf8": 1,
        "too_deep": 1,
    }


def test_two_objects_on_a_line_and_none_on_the_next_are_not_two_lines() -> None:
    text = b'{"event": "a"} {"event": "b"}\n\n'
    assert rejected_of(events.JsonLines(), text) == {"empty": 1, "syntax": 1}


@pytest.mark.parametrize(
    ("text", "rejected"),
    [
        (b'{"event": "a"},{"event": "b"}\n', {"syntax": 1}),
        (b'{"event": "a"\n"more": 1}\n', {"syntax": 1, "wrong_type": 1}),
        (b'{"event": "a\nb"}\n', {"syntax": 2}),
        (b'{"event": "a"},\n', {"syntax": 1}),
    ],
)
def test_what_commas_would_make_other_lines_of_is_no_line(
    text: bytes, rejected: dict[str, int]
) -> None:
    good = b'{"event": "good"}\n'
    assert rows_of(events.JsonLines(), ["event"], good + text + good) == ["good"] * 2
    assert rejected_of(events.JsonLines(), good + text + good) == rejected


@pytest.mark.parametrize(
    "torn",
    [
        b'{"event": "a"\n"more": 1}\n',
        b'{"event": "a\nb"}\n',
        b'{"more": [{"x": 1}\n{"x": 2}]}\n',
        b'{"more": [[{"x": 1}]\n[{"x": 2}]]}\n',
    ],
)
@pytest.mark.parametrize(
    "double",
    [
        b'{"event": "b"},{"event": "c"}\n',
        b'{"event": "b"}],[{"event": "c"}\n',
        b'{"event": "b"}],[0,{"event": "c"}\n',
    ],
)
def test_two_objects_on_a_line_do_not_make_up_for_one_on_two_lines(
    torn: bytes, double: bytes
) -> None:
    for text in (torn + double, double + torn):
        assert rows_of(events.JsonLines(), ["event"], text) == []
        assert sum(rejected_of(events.JsonLines(), text).values()) == 3


def test_a_clean_chunk_after_a_bad_one_is_read_as_any_other() -> None:
    reader = reading.open_reader(
        events.JsonLines(), ["event"], rejected := rejections.Rejections()
    )
    take = reader.getter(["event"])
    chunks = (b"bad\n", b'{"event": "a"}\n', b'{"event": "b"}\n{"event": "c"}\n')
    read = [[take(row) for row in reader.read(chunk)] for chunk in chunks]
    assert read == [[], ["a"], ["b", "c"]]
    assert rejected.counts()[rejections.Reason.SYNTAX] == 1


def test_combined_lines_give_their_fields() -> None:
    fields = [
        "remote_addr",
        "remote_user",
        "method",
        "path",
        "protocol",
        "status",
        "body_bytes_sent",
        "http_user_agent",
    ]
    assert rows_of(events.LogFormat(events.COMBINED), fields, ACCESS + "\n") == [
        (
            "203.0.113.9",
            "ann",
            "GET",
            "/jobs/1?x=%22",
            "HTTP/1.1",
            "200",
            "512",
            "Mozilla/5.0 (X11)",
        )
    ]


def test_an_odd_access_line_is_read_strictly_and_its_neighbours_too() -> None:
    odd = '203.0.113.9 - - [x] "GET /a\\"b HTTP/1.0" 404 0 "-" "odd \\" agent"'
    no_http = '203.0.113.9 - - [x] "\\x16\\x03\\x01" 400 0 "-" "-"'
    text = f"{ACCESS}\n{odd}\n{no_http}\nnot a line\n\n{ACCESS}\n"
    rejected = rejections.Rejections()
    found = rows_of(
        events.LogFormat(events.COMBINED), ["method", "path", "status"], text, rejected
    )
    assert found == [
        ("GET", "/jobs/1?x=%22", "200"),
        ("GET", '/a\\"b', "404"),
        ("", "", "400"),
        ("GET", "/jobs/1?x=%22", "200"),
    ]
    assert rejected.counts()[rejections.Reason.SYNTAX] == 1
    assert rejected.counts()[rejections.Reason.EMPTY] == 1


def test_a_line_is_never_completed_from_the_next_one() -> None:
    text = f"garbage\n{ACCESS}\n"
    rejected = rejections.Rejections()
    assert rows_of(
        events.LogFormat(events.COMBINED), ["remote_addr", "status"], text, rejected
    ) == [("203.0.113.9", "200")]
    assert dict(rejected.samples()) == {rejections.Reason.SYNTAX: "garbage"}


def test_what_stands_before_a_line_of_the_format_makes_it_none() -> None:
    text = f"{ACCESS}\nproxy said: {ACCESS}\n"
    assert rows_of(events.LogFormat(events.COMBINED), ["status"], text) == ["200"]
    assert (
        rows_of(events.LogFormat("[$time_local] $status"), ["status"], "x [now] 200\n")
        == []
    )


def test_one_field_alone_and_none_at_all_are_read() -> None:
    combined = events.LogFormat(events.COMBINED)
    assert rows_of(combined, ["status"], ACCESS + "\n") == ["200"]
    reader = reading.open_reader(combined, [], rejections.Rejections())
    assert len(reader.read(f"{ACCESS}\n{ACCESS}\n".encode())) == 2


def test_a_log_format_of_ones_own_is_compiled() -> None:
    own = events.LogFormat(
        '$host $remote_addr [$time_local] "$request" rt=$request_time'
    )
    line = 'example.com ::1 [now] "POST / HTTP/2" rt=0.031\n'
    assert rows_of(own, ["host", "method", "request_time"], line) == [
        ("example.com", "POST", "0.031")
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "no fields",
            "expected a log format with fields such as $status, found 'no fields'",
        ),
        (
            "$a$b",
            (
                "expected each field once and text between any two, found $a right"
                " before another field in the log format '$a$b'"
            ),
        ),
        (
            "$a $a",
            (
                "expected each field once and text between any two, found $a twice in"
                " the log format '$a $a'"
            ),
        ),
    ],
)
def test_a_log_format_that_cannot_be_read_says_why(text: str, message: str) -> None:
    with pytest.raises(errors.InputError) as raised:
        log_formats.compile_log_format(text, ["a"])
    assert str(raised.value) == message


def test_apaches_format_is_said_in_nginxs_words() -> None:
    apache = r"%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" \"%{User-Agent}i\""
    assert log_formats.translate_apache(apache) == (
        '$remote_addr $remote_logname $remote_user [$time_local] "$request" $status'
        ' $body_bytes_sent "$http_referer" "$http_user_agent"'
    )


def test_an_unknown_directive_of_apache_is_named() -> None:
    with pytest.raises(errors.InputError, match="found '%Z'"):
        log_formats.translate_apache("%h %Z")


def test_pairs_are_read_from_logfmt_and_from_firewalls() -> None:
    logfmt = r'ts=1 msg="two \"words\"" level=warn' + "\n"
    assert rows_of(events.Logfmt(), ["level", "msg", "x"], logfmt) == [
        ("warn", 'two "words"', None)
    ]
    firewall = "host kernel: [UFW BLOCK] IN=eth0 OUT= SRC=203.0.113.9 DPT=22 SYN\n"
    assert rows_of(events.Logfmt(), ["SRC", "DPT", "OUT"], firewall) == [
        ("203.0.113.9", "22", "")
    ]
    assert rejected_of(events.Logfmt(), b"no pairs here\n") == {"syntax": 1}
