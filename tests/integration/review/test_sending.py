"""A review arrives at a real HTTP server and a real mail server, or says why not.

The chore held needs no stack: about five seconds, one process and one certificate.
"""

import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sightline import errors
from sightline.app.review import holding, running, sending
from sightline.review import reports
from support import mail_servers, programs, projects

pytestmark = pytest.mark.integration

SPEC = Path(__file__).parents[3] / "monitoring"
SHIPPED = (
    '{smarthost: "127.0.0.1:8725", from: monitoring@localhost, require_tls: false}'
)
TITLE = "# Skillancer: monthly review of monitoring"


class Project:
    """A spec whose mail server is a test's own."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.printed: list[str] = []
        shutil.copytree(SPEC, root / "monitoring")
        (root / "password").write_text(f"{mail_servers.PASSWORD}\n")

    def mail_by(self, smtp: str) -> None:
        """Writes the environment's mail server into the spec."""
        file = self._root / "monitoring/environments.yaml"
        text = file.read_text()
        assert SHIPPED in text
        file.write_text(text.replace(SHIPPED, f"{{from: sre@localhost, {smtp}}}"))

    def post(self, *targets: str) -> None:
        """Holds a review that needs no server, and sends it."""
        request = running.Request(
            root=self._root,
            cadence=reports.Cadence.MONTHLY,
            chores=("access",),
            environ={sending.PASSWORD_FILE: str(self._root / "password")},
        )
        wanted = holding.Wanted(form="markdown", post_to=targets)
        holding.hold(request, wanted, self.printed.append, lambda _: None)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return mail_servers.make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> tuple[Path, Path]:
    """A certificate that this test believes."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    return certificate


@contextmanager
def _webhook(status: int = 200) -> Iterator[tuple[str, list[bytes]]]:
    """Runs an HTTP server; gives its address, and what was posted there."""
    posted: list[bytes] = []

    class Taking(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing on stderr."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hooks/S3CRET", posted
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_webhook_named_in_a_file_gets_text_for_people_and_the_whole_review(
    tmp_path: Path,
) -> None:
    whole = projects.Project(tmp_path)
    with _webhook() as (url, posted):
        (tmp_path / "hook").write_text(url)
        said = whole.run("review", "monthly", "--only", "access", "--post", "@hook")
    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith(f"{TITLE}\n")
    assert "sent to the webhook" in said.stderr
    assert "S3CRET" not in said.stdout + said.stderr
    (body,) = posted
    document = json.loads(body)
    assert document["text"] == said.stdout
    assert [one["title"] for one in document["review"]["sections"]] == [
        "Dashboard access"
    ]


def test_what_one_webhook_refuses_the_other_gets_and_the_review_is_printed(
    project: Project,
) -> None:
    with (
        _webhook(500) as (refusing, _),
        _webhook() as (taking, posted),
        pytest.raises(errors.ServerUnavailable) as refused,
    ):
        project.post(refusing, taking)
    assert str(refused.value) == "posted to 127.0.0.1: it answered 500"
    assert len(posted) == 1
    assert project.printed[0].startswith(f"{TITLE}\n")


def test_a_mail_has_the_review_as_text_and_as_a_page(project: Project) -> None:
    with mail_servers.running() as mailbox:
        project.mail_by(f'smarthost: "127.0.0.1:{mailbox.port}", require_tls: false')
        project.post("mailto:leads@example.com,cto@example.com")
    (mail,) = mailbox.mails
    assert mailbox.logins == []
    assert (mail["From"], mail["To"]) == (
        "sre@localhost",
        "leads@example.com, cto@example.com",
    )
    assert mail["Subject"] == "Skillancer: monthly review of monitoring, 0 to do"
    text = mail.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines()[0] == TITLE
    (page,) = mail.iter_attachments()
    assert str(page.get_filename()).startswith("monthly-review-")
    assert "<title>Skillancer" in page.get_content()


def _refuse(project: Project, mailbox: mail_servers.Mailbox, host: str) -> str:
    """Gives why a mail is not sent over TLS to a server that is called `host`."""
    project.mail_by(f'smarthost: "{host}:{mailbox.port}", username: monitoring')
    with pytest.raises(errors.ServerUnavailable) as refused:
        project.post("mailto:leads@example.com")
    assert mailbox.mails == []
    return str(refused.value).removeprefix(f"sent no mail by {host}:{mailbox.port}: ")


def test_an_account_logs_in_over_tls_at_a_server_that_is_trusted(
    project: Project, trusted: tuple[Path, Path]
) -> None:
    with mail_servers.running(trusted) as mailbox:
        project.mail_by(f'smarthost: "localhost:{mailbox.port}", username: monitoring')
        project.post("mailto:leads@example.com")
    assert mailbox.logins == [("monitoring", True)]
    assert len(mailbox.mails) == 1


def test_a_server_that_is_not_trusted_is_told_no_password(
    project: Project, certificate: tuple[Path, Path]
) -> None:
    with mail_servers.running(certificate) as mailbox:
        said = _refuse(project, mailbox, "localhost")
    assert said == (
        "expected a certificate that verifies: self-signed certificate; "
        "SSL_CERT_FILE names an authority of your own"
    )
    assert mailbox.logins == []


def test_a_certificate_of_another_name_is_refused(
    project: Project, trusted: tuple[Path, Path]
) -> None:
    with mail_servers.running(trusted) as mailbox:
        said = _refuse(project, mailbox, "127.0.0.1")
    assert said.startswith("expected a certificate that verifies: IP address mismatch")
    assert mailbox.logins == []


def test_a_server_without_tls_gets_nothing_where_tls_is_required(
    project: Project,
) -> None:
    with mail_servers.running() as mailbox:
        said = _refuse(project, mailbox, "localhost")
    assert said == "STARTTLS extension not supported by server."
    assert mailbox.logins == []


def test_a_wrong_password_is_refused_and_not_shown(
    project: Project, trusted: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("another-S3CRET")
    with mail_servers.running(trusted) as mailbox:
        said = _refuse(project, mailbox, "localhost")
    assert "535" in said
    assert "S3CRET" not in said


def test_a_mail_server_that_is_not_there_is_said_after_the_review_is_printed(
    project: Project,
) -> None:
    port = programs.free_port()
    project.mail_by(f'smarthost: "127.0.0.1:{port}", require_tls: false')
    with pytest.raises(errors.ServerUnavailable) as refused:
        project.post("mailto:leads@example.com")
    assert str(refused.value) == (
        f"sent no mail by 127.0.0.1:{port}: [Errno 111] Connection refused"
    )
    assert project.printed[0].startswith(f"{TITLE}\n")


def test_a_password_without_tls_to_another_machine_is_refused_before_the_review(
    project: Project,
) -> None:
    project.mail_by(
        'smarthost: "mail.example.com:587", username: monitoring, require_tls: false'
    )
    with pytest.raises(errors.InputError, match="expected require_tls: true"):
        project.post("mailto:leads@example.com")
    assert project.printed == []
