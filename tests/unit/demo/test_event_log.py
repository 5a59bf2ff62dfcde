import json
from pathlib import Path

from sightline.demo import event_log


def test_an_event_is_a_line_with_its_time_and_without_empty_fields(
    tmp_path: Path,
) -> None:
    log = event_log.EventLog(tmp_path / "new" / "a.log", lambda: 1000.5)

    log.write("login", outcome="failed", client="", status=401)
    log.write("login", outcome="succeeded", client="192.0.2.7")

    lines = (tmp_path / "new" / "a.log").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [
        {"at": 1000.5, "event": "login", "outcome": "failed", "status": 401},
        {
            "at": 1000.5,
            "event": "login",
            "outcome": "succeeded",
            "client": "192.0.2.7",
        },
    ]


def test_a_full_log_is_renamed_and_a_new_one_begun(tmp_path: Path) -> None:
    log = event_log.EventLog(tmp_path / "a.log", lambda: 0.0, most_bytes=60)

    for number in range(3):
        log.write("login", number=number)

    names = {path.name: path.read_text().count("\n") for path in tmp_path.iterdir()}
    assert names == {"a.log": 1, "a.log.1": 2}


def test_a_log_that_cannot_be_written_fails_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    log = event_log.EventLog(tmp_path / "file" / "a.log")

    log.write("login")
