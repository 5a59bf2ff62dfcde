import gzip
from collections.abc import Iterable, Iterator

import flask
import pytest
import werkzeug.test

from sightline import instrument
from sightline.instrument import testing, wsgi

READ = instrument.OperationClass.READ


class Broken(RuntimeError):
    """What an application did not expect."""


class Served:
    """One WSGI application, measured in a registry of its own."""

    def __init__(self, app: wsgi.Application, *declared: instrument.Route) -> None:
        self.emitted = testing.Emitted()
        meter = instrument.Meter(
            declared=declared,
            counts=self.emitted.open_metrics(),
            clock=self.emitted.clock,
        )
        self.app = wsgi.Middleware(app, meter)

    def ask(self, path: str = "/", method: str = "GET") -> bytes:
        """Takes a response whole."""
        body, _, _ = werkzeug.test.run_wsgi_app(
            self.app,
            werkzeug.test.create_environ(path, method=method),
            buffered=True,
        )
        return b"".join(body)


def answering(*chunks: bytes, status: str = "200 OK") -> wsgi.Application:
    def app(
        environ: wsgi.Environ, start_response: wsgi.StartResponse
    ) -> Iterable[bytes]:
        del environ
        start_response(status, [])
        return chunks

    return app


def test_a_declared_route_is_counted_under_template_and_operation() -> None:
    served = Served(answering(b"a job"), instrument.Route("GET", "/jobs/{id}", READ))
    assert served.ask("/jobs/17") == b"a job"
    assert served.emitted.requests() == {"GET /jobs/{id} read 200": 1}
    assert served.emitted.in_progress() == 0


def test_a_stream_lasts_until_its_last_byte() -> None:
    def app(
        environ: wsgi.Environ, start_response: wsgi.StartResponse
    ) -> Iterator[bytes]:
        del environ
        start_response("201 Created", [])
        for chunk in (b"a", b"b"):
            served.emitted.clock.now += 0.25
            assert served.emitted.in_progress() == 1
            yield chunk

    served = Served(app)
    assert served.ask() == b"ab"
    assert served.emitted.requests() == {"GET unmatched other 201": 1}
    assert served.emitted.change("http_request_duration_seconds_sum") == 0.5


def test_a_client_that_left_is_499_and_its_stream_is_closed() -> None:
    closed = []

    class Stream:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"a", b"b"])

        def close(self) -> None:
            closed.append(True)

    def app(
        environ: wsgi.Environ, start_response: wsgi.StartResponse
    ) -> Iterable[bytes]:
        del environ
        start_response("200 OK", [])
        return Stream()

    served = Served(app)
    answer = served.app(werkzeug.test.create_environ("/"), lambda *_: lambda _: None)
    assert isinstance(answer, wsgi.Answer)
    assert next(iter(answer)) == b"a"
    answer.close()
    assert closed == [True]
    assert served.emitted.requests() == {"GET unmatched other 499": 1}


@pytest.mark.parametrize("started", [False, True])
def test_an_application_that_raises_is_500_even_when_it_had_begun(
    *, started: bool
) -> None:
    def app(
        environ: wsgi.Environ, start_response: wsgi.StartResponse
    ) -> Iterator[bytes]:
        del environ
        if started:
            start_response("200 OK", [])
            yield b"the beginning"
        raise Broken

    served = Served(app)
    with pytest.raises(Broken):
        served.ask()
    assert served.emitted.requests() == {"GET unmatched other 500": 1}
    assert served.emitted.in_progress() == 0


def test_an_application_that_raises_at_once_is_500() -> None:
    def app(environ: wsgi.Environ, start_response: wsgi.StartResponse) -> list[bytes]:
        raise Broken(environ["PATH_INFO"], start_response)

    served = Served(app)
    with pytest.raises(Broken):
        served.ask()
    assert served.emitted.requests() == {"GET unmatched other 500": 1}


def test_machines_questions_are_not_counted() -> None:
    served = Served(answering(b"fine"))
    assert served.ask("/health") == b"fine"
    assert served.emitted.requests() == {}


def test_the_page_is_openmetrics_and_compressed_on_request() -> None:
    emitted = testing.Emitted()
    emitted.open_metrics().initialise("GET", "/", "read", [200])
    environ = werkzeug.test.create_environ(
        headers={
            "accept": "application/openmetrics-text; version=1.0.0",
            "accept-encoding": "gzip",
        }
    )
    body, status, headers = werkzeug.test.run_wsgi_app(
        wsgi.MetricsPage(emitted.registry), environ
    )
    assert status == "200 OK"
    assert headers["content-type"].startswith("application/openmetrics-text")
    assert gzip.decompress(b"".join(body)).endswith(b"# EOF\n")


class TestFlask:
    @pytest.fixture
    def served(self) -> Served:
        app = flask.Flask("shop")

        @app.get("/jobs/<int:job_id>")
        def job(job_id: int) -> str:
            return str(job_id)

        @app.get("/broken")
        def broken() -> str:
            raise Broken

        @app.get("/teapot")
        def teapot() -> str:
            flask.abort(418)

        return Served(app.wsgi_app)

    @pytest.mark.parametrize(
        ("path", "method", "counted"),
        [
            ("/jobs/17", "GET", "GET /jobs/{job_id} other 200"),
            ("/jobs/17", "HEAD", "HEAD /jobs/{job_id} other 200"),
            ("/jobs/17", "PUT", "PUT unmatched other 405"),
            ("/jobs/new", "GET", "GET unmatched other 404"),
            ("/broken", "GET", "GET /broken other 500"),
            ("/teapot", "GET", "GET /teapot other 418"),
        ],
    )
    def test_rules_name_undeclared_routes(
        self, served: Served, path: str, method: str, counted: str
    ) -> None:
        served.ask(path, method)
        assert served.emitted.requests() == {counted: 1}
        assert served.emitted.in_progress() == 0
