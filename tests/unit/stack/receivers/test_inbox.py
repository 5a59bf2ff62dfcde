from pathlib import Path

from sightline.model import notifications, routing
from sightline.stack.receivers import inbox

WEBHOOK = routing.Channel.WEBHOOK


def notification(number: int) -> notifications.Notification:
    return notifications.Notification(
        channel=WEBHOOK,
        state=notifications.NotificationState.FIRING,
        received_at=float(number),
        title=f"title {number}\nwith µ",
        body="body",
        labels={"service": "auth-svc"},
        runbook_url="",
        dashboard_url="",
        dedup_key=str(number),
        problems=("one",),
    )


def numbers(folder: Path, limit: int = 100) -> list[int]:
    return [int(one.dedup_key) for one in inbox.read(folder, WEBHOOK, limit)]


def test_what_is_added_is_read_back(tmp_path: Path) -> None:
    inbox.Inbox(tmp_path / "new").append(notification(1))
    assert inbox.read(tmp_path / "new", WEBHOOK) == (notification(1),)
    assert inbox.read(tmp_path / "new", routing.Channel.EMAIL) == ()


def test_the_newest_are_read_oldest_first(tmp_path: Path) -> None:
    kept = inbox.Inbox(tmp_path)
    for number in range(5):
        kept.append(notification(number))
    assert numbers(tmp_path, limit=3) == [2, 3, 4]


def test_the_file_is_bounded_also_over_restarts(tmp_path: Path) -> None:
    for start in range(0, 30, 5):
        kept = inbox.Inbox(tmp_path, kept=4)
        for number in range(start, start + 5):
            kept.append(notification(number))
            assert len(numbers(tmp_path)) < 8
    assert numbers(tmp_path)[-4:] == [26, 27, 28, 29]


def test_a_torn_last_line_costs_nothing_but_itself(tmp_path: Path) -> None:
    inbox.Inbox(tmp_path).append(notification(1))
    path = tmp_path / "webhook.jsonl"
    path.write_bytes(path.read_bytes() + b'{"channel":"webh')
    assert numbers(tmp_path) == [1]
    inbox.Inbox(tmp_path).append(notification(2))
    assert numbers(tmp_path) == [1, 2]
