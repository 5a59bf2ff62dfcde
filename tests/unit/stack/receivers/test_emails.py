from email.message import EmailMessage

from sightline.model import notifications, routing
from sightline.stack.receivers import emails

TEXT = """\
[P0] billing-svc fails

Firing:
- billing-svc fails
  Runbook: this line of a description is none of ours
  since 2026-02-03 04:05:06 UTC

Runbook:   https://runbooks.test/high-error-rate
Dashboard: https://grafana.test/d/engineering?var-service=billing-svc
Alert:     HighErrorRate
Priority:  P0
Service:   billing-svc
"""


def mail(subject: str = "[P0] billing-svc fails", text: str = TEXT) -> bytes:
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = "monitoring@localhost"
    message["To"] = "oncall@skillancer.test"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative("<p>billing-svc fails</p>", subtype="html")
    return message.as_bytes()


def test_a_mail_is_read_in_full() -> None:
    assert emails.read_mail(mail(), 17.5) == notifications.Notification(
        channel=routing.Channel.EMAIL,
        state=notifications.NotificationState.FIRING,
        received_at=17.5,
        title="[P0] billing-svc fails",
        body=TEXT.strip(),
        labels={
            "alertname": "HighErrorRate",
            "service": "billing-svc",
            "priority": "P0",
        },
        runbook_url="https://runbooks.test/high-error-rate",
        dashboard_url="https://grafana.test/d/engineering?var-service=billing-svc",
        dedup_key="",
        problems=(),
    )


def test_the_subject_tells_that_it_ended() -> None:
    read = emails.read_mail(mail("[P0 resolved] billing-svc fails"), 0)
    assert read.state is notifications.NotificationState.RESOLVED


def test_a_subject_in_any_script_is_decoded() -> None:
    assert emails.read_mail(mail("[P1] Größe µ ✓ 数"), 0).title == "[P1] Größe µ ✓ 数"


def test_a_description_that_says_resolved_ends_nothing() -> None:
    read = emails.read_mail(mail("[P0] [P0 resolved] was too early"), 0)
    assert read.state is notifications.NotificationState.FIRING


def test_what_a_mail_lacks_is_a_problem() -> None:
    assert emails.read_mail(b"From: a@b.test\r\n\r\n", 0).problems == (
        "no subject",
        "no text part",
        "no HTML part",
        "no runbook link",
        "no dashboard link",
    )


def test_bytes_that_are_no_mail_are_read_as_far_as_they_go() -> None:
    read = emails.read_mail(bytes(range(256)) * 4, 0)
    assert "no subject" in read.problems
