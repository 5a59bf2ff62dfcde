import asyncio
import itertools

import pytest

from sightline import instrument
from sightline.instrument import exchanges
from support.measured import READ, WRITE, Measured, respond


async def answer_200(
    scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
) -> None:
    del scope, receive
    await respond(send, 200)


def answering(status: int) -> exchanges.Application:
    async def app(
        scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
    ) -> None:
        del scope, receive
        await respond(send, status)

    return app


def receiving(*messages: exchanges.Message) -> exchanges.Receive:
    remaining = iter(messages)

    async def receive() -> exchanges.Message:
        return next(remaining)

    return receive


class TestLabels:
    async def test_a_declared_route_is_counted_under_template_and_operation(
        self,
    ) -> None:
        service = Measured(answer_200, [instrument.Route("GET", "/jobs/{id}", READ)])
        await service.ask("/jobs/17")
        await service.ask("/jobs/18")
        assert service.counted() == {"GET /jobs/{id} read 200": 2}

    async def test_a_raw_path_never_becomes_a_label(self) -> None:
        service = Measured(answering(404))
        for number in range(50):
            await service.ask(f"/wp-admin/{number}")
        assert service.counted() == {"GET unmatched other 404": 50}

    async def test_unknown_methods_share_one_label(self) -> None:
        service = Measured(answering(405))
        for number in range(50):
            await service.ask("/", f"X{number}")
        assert service.counted() == {"OTHER unmatched other 405": 50}

    async def test_head_is_of_the_operation_of_get(self) -> None:
        service = Measured(answer_200, [instrument.Route("GET", "/jobs", READ)])
        await service.ask("/jobs", "HEAD")
        assert service.counted() == {"HEAD /jobs read 200": 1}

    async def test_an_undeclared_method_of_a_declared_route_is_other(self) -> None:
        service = Measured(answering(405), [instrument.Route("GET", "/jobs", READ)])
        await service.ask("/jobs", "POST")
        assert service.counted() == {"POST /jobs other 405": 1}

    async def test_methods_of_one_route_differ_in_operation(self) -> None:
        service = Measured(
            answer_200,
            [
                instrument.Route("GET", "/jobs", READ),
                instrument.Route("POST", "/jobs", WRITE),
            ],
        )
        await service.ask("/jobs")
        await service.ask("/jobs", "POST")
        assert service.counted() == {
            "GET /jobs read 200": 1,
            "POST /jobs write 200": 1,
        }

    async def test_a_status_that_is_none_counts_as_a_server_error(self) -> None:
        service = Measured(answering(700))
        await service.ask()
        assert service.counted() == {"GET unmatched other 500": 1}

    async def test_the_root_path_is_not_part_of_the_route(self) -> None:
        service = Measured(answer_200, [instrument.Route("GET", "/jobs", READ)])
        await service.ask("/api/jobs", root_path="/api")
        await service.ask("/apijobs", root_path="/api")
        assert service.counted() == {
            "GET /jobs read 200": 1,
            "GET unmatched other 200": 1,
        }

    @pytest.mark.parametrize("path", ["/health", "/metrics"])
    async def test_machines_questions_are_not_counted(self, path: str) -> None:
        service = Measured(answer_200)
        await service.ask(path)
        assert service.counted() == {}
        assert len(service.sent) == 2

    def test_a_route_declared_twice_is_refused(self) -> None:
        route = instrument.Route("GET", "/jobs", READ)
        with pytest.raises(ValueError, match=r"^declared twice: GET /jobs$"):
            Measured(answer_200, [route, route])


class TestFirstFailure:
    def test_every_declared_route_starts_at_zero(self) -> None:
        service = Measured(
            answer_200, [instrument.Route("POST", "/payments", WRITE, statuses=(402,))]
        )
        zeros = {
            sample.labels["status"]: sample.value
            for sample in service.samples("http_requests_total")
            if sample.labels["route"] == "/payments"
        }
        assert zeros == dict.fromkeys(
            ["200", "404", "429", "499", "500", "502", "503", "504", "402"], 0
        )

    def test_an_unmatched_route_starts_at_zero(self) -> None:
        service = Measured(answer_200)
        assert {
            sample.labels["status"]
            for sample in service.samples("http_requests_total")
            if sample.labels["route"] == instrument.UNMATCHED
        } == {str(status) for status in instrument.INITIAL_STATUSES}

    def test_durations_start_with_empty_buckets(self) -> None:
        service = Measured(answer_200, [instrument.Route("GET", "/jobs", READ)])
        buckets = {
            sample.labels["le"]: sample.value
            for sample in service.samples("http_request_duration_seconds_bucket")
            if sample.labels["route"] == "/jobs"
        }
        assert list(buckets) == [
            *("0.005", "0.01", "0.025", "0.05", "0.1", "0.2", "0.3", "0.5", "0.8"),
            *("1.0", "2.0", "5.0", "10.0", "+Inf"),
        ]
        assert set(buckets.values()) == {0}


class TestDuration:
    async def test_a_stream_lasts_until_its_last_byte(self) -> None:
        async def stream(
            scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
        ) -> None:
            del scope, receive
            await send({"type": "http.response.start", "status": 200, "headers": []})
            for _ in range(4):
                service.clock.now += 0.1
                assert service.in_progress() == 1
                await send(
                    {"type": "http.response.body", "body": b"x", "more_body": True}
                )
            await send({"type": "http.response.body", "body": b""})
            assert service.in_progress() == 0
            service.clock.now += 60  # a background task

        service = Measured(stream)
        await service.ask()
        [seconds] = service.samples("http_request_duration_seconds_sum")
        assert seconds.value == pytest.approx(0.4)
        assert service.counted() == {"GET unmatched other 200": 1}

    async def test_the_time_to_hand_over_the_last_byte_counts(self) -> None:
        service = Measured(answer_200)
        keep = service.send

        async def send_slowly(message: exchanges.Message) -> None:
            service.clock.now += 0.25
            await keep(message)

        service.send = send_slowly  # type: ignore[method-assign]  # a slow client
        await service.ask()
        [seconds] = service.samples("http_request_duration_seconds_sum")
        assert seconds.value == pytest.approx(0.5)

    async def test_a_duration_equal_to_a_bound_is_within_it(self) -> None:
        async def take_200ms(
            scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
        ) -> None:
            service.clock.now += 0.25
            await answer_200(scope, receive, send)

        service = Measured(take_200ms)
        service.clock.now = 0.0
        await service.ask()
        buckets = {
            sample.labels["le"]: sample.value
            for sample in service.samples("http_request_duration_seconds_bucket")
        }
        assert (buckets["0.2"], buckets["0.3"], buckets["+Inf"]) == (0, 1, 1)

    async def test_the_histogram_counts_what_the_counter_counts(self) -> None:
        statuses = itertools.cycle([200, 200, 404, 503])

        async def varied(
            scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
        ) -> None:
            del scope, receive
            await respond(send, next(statuses))

        service = Measured(varied)
        for _ in range(100):
            await service.ask()
        [count] = service.samples("http_request_duration_seconds_count")
        assert count.value == sum(service.counted().values()) == 100


class TestEndings:
    async def test_an_exception_is_a_500_and_is_raised_again(self) -> None:
        async def broken(*_: object) -> None:
            raise KeyError("boom")

        service = Measured(broken)
        with pytest.raises(KeyError, match="boom"):
            await service.ask()
        assert service.counted() == {"GET unmatched other 500": 1}
        assert service.in_progress() == 0

    async def test_an_exception_amid_the_response_is_a_500(self) -> None:
        async def broken(
            scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
        ) -> None:
            del scope, receive
            await send({"type": "http.response.start", "status": 200, "headers": []})
            raise KeyError("boom")

        service = Measured(broken)
        with pytest.raises(KeyError):
            await service.ask()
        assert service.counted() == {"GET unmatched other 500": 1}

    async def test_an_exception_after_the_response_changes_nothing(self) -> None:
        async def broken(
            scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
        ) -> None:
            await answer_200(scope, receive, send)
            raise KeyError("boom")

        service = Measured(broken)
        with pytest.raises(KeyError):
            await service.ask()
        assert service.counted() == {"GET unmatched other 200": 1}

    @pytest.mark.parametrize("messages", [0, 1])
    async def test_a_response_that_never_ends_is_a_500(self, messages: int) -> None:
        async def silent(
            scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
        ) -> None:
            del scope, receive
            for _ in range(messages):
                await send({"type": "http.response.start", "status": 200})

        service = Measured(silent)
        await service.ask()
        assert service.counted() == {"GET unmatched other 500": 1}

    async def test_a_disconnect_before_the_response_is_a_499(self) -> None:
        async def wait(
            scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
        ) -> None:
            del scope, send
            await receive()

        service = Measured(wait)
        await service.ask(receive=receiving({"type": "http.disconnect"}))
        assert service.counted() == {"GET unmatched other 499": 1}

    async def test_a_response_to_nobody_is_a_499(self) -> None:
        async def answer_anyway(
            scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
        ) -> None:
            await receive()
            await answer_200(scope, receive, send)

        service = Measured(answer_anyway)
        await service.ask(receive=receiving({"type": "http.disconnect"}))
        assert service.counted() == {"GET unmatched other 499": 1}

    async def test_a_disconnect_after_the_response_changes_nothing(self) -> None:
        async def answer_first(
            scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
        ) -> None:
            await answer_200(scope, receive, send)
            await receive()

        service = Measured(answer_first)
        await service.ask(receive=receiving({"type": "http.disconnect"}))
        assert service.counted() == {"GET unmatched other 200": 1}

    @pytest.mark.parametrize("succeeding", [0, 1])
    async def test_a_send_that_fails_is_a_499(self, succeeding: int) -> None:
        service = Measured(answer_200)

        async def fail(message: exchanges.Message) -> None:
            service.sent.append(message)
            if len(service.sent) > succeeding:
                raise OSError("connection lost")

        service.send = fail  # type: ignore[method-assign]  # a client that has left
        with pytest.raises(OSError, match="connection lost"):
            await service.ask()
        assert service.counted() == {"GET unmatched other 499": 1}

    async def test_an_application_without_its_database_is_a_500(self) -> None:
        async def broken(*_: object) -> None:
            raise ConnectionRefusedError("no database")

        service = Measured(broken)
        with pytest.raises(ConnectionRefusedError):
            await service.ask()
        assert service.counted() == {"GET unmatched other 500": 1}

    async def test_a_cancelled_request_is_a_499(self) -> None:
        async def wait(*_: object) -> None:
            await asyncio.Event().wait()

        service = Measured(wait)
        request = asyncio.create_task(service.ask())
        await asyncio.sleep(0)
        assert service.in_progress() == 1
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        assert service.counted() == {"GET unmatched other 499": 1}
        assert service.in_progress() == 0

    @pytest.mark.parametrize(
        "message",
        [
            {"type": "http.response.pathsend", "path": "/tmp/x"},  # noqa: S108 - sent only
            {"type": "http.response.zerocopysend", "file": 3},
        ],
    )
    async def test_a_body_of_an_extension_ends_the_response(
        self, message: exchanges.Message
    ) -> None:
        async def send_file(
            scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
        ) -> None:
            del scope, receive
            await send({"type": "http.response.start", "status": 206, "headers": []})
            await send(message)
            service.clock.now += 60

        service = Measured(send_file)
        await service.ask()
        assert service.counted() == {"GET unmatched other 206": 1}
        [seconds] = service.samples("http_request_duration_seconds_sum")
        assert seconds.value == 0


def talking(*messages: exchanges.Message) -> exchanges.Application:
    async def app(
        scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
    ) -> None:
        del scope, receive
        for message in messages:
            await send(message)

    return app


class TestOtherProtocols:
    @pytest.mark.parametrize(
        ("messages", "status"),
        [
            ([{"type": "websocket.accept"}, {"type": "websocket.send"}], 101),
            ([{"type": "websocket.accept"}, {"type": "websocket.close"}], 101),
            ([{"type": "websocket.close"}], 403),
            (
                [
                    {"type": "websocket.http.response.start", "status": 401},
                    {"type": "websocket.http.response.body", "body": b"no"},
                ],
                401,
            ),
            ([], 500),
        ],
    )
    async def test_a_websocket_is_counted_by_its_handshake(
        self, messages: list[exchanges.Message], status: int
    ) -> None:
        service = Measured(talking(*messages), [instrument.Route("GET", "/live", READ)])
        await service.ask("/live", kind="websocket")
        assert service.counted() == {f"GET /live read {status}": 1}
        assert service.sent == messages
        assert service.in_progress() == 0

    async def test_an_open_websocket_is_not_in_progress(self) -> None:
        async def talk(
            scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
        ) -> None:
            del scope
            await receive()
            assert service.in_progress() == 1
            await send({"type": "websocket.accept"})
            assert service.in_progress() == 0
            service.clock.now += 3600
            raise KeyError("boom")

        service = Measured(talk)
        with pytest.raises(KeyError):
            await service.ask(
                kind="websocket", receive=receiving({"type": "websocket.connect"})
            )
        assert service.counted() == {"GET unmatched other 101": 1}
        [seconds] = service.samples("http_request_duration_seconds_sum")
        assert seconds.value == 0

    async def test_a_websocket_given_up_before_acceptance_is_a_499(self) -> None:
        async def wait(
            scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
        ) -> None:
            del scope, send
            await receive()

        service = Measured(wait)
        await service.ask(
            kind="websocket", receive=receiving({"type": "websocket.disconnect"})
        )
        assert service.counted() == {"GET unmatched other 499": 1}

    async def test_the_lifespan_passes_through(self) -> None:
        passed: list[object] = []

        async def app(*connection: object) -> None:
            passed.extend(connection)

        service = Measured(app)
        scope: exchanges.Scope = {"type": "lifespan"}
        await service.app(scope, service.receive, service.send)
        assert passed == [scope, service.receive, service.send]
        assert service.counted() == {}


async def test_a_finished_request_is_not_in_progress_while_others_are() -> None:
    gates: dict[str, asyncio.Event] = {"/a": asyncio.Event(), "/b": asyncio.Event()}

    async def wait(
        scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
    ) -> None:
        await gates[scope["path"]].wait()
        await answer_200(scope, receive, send)

    service = Measured(wait, [instrument.Route("GET", "/a", READ)])
    requests = [asyncio.create_task(service.ask(path)) for path in gates]
    await asyncio.sleep(0)

    def by_operation() -> dict[str, float]:
        return {
            sample.labels["operation"]: sample.value
            for sample in service.samples("http_requests_in_progress")
        }

    assert by_operation() == {"other": 1, "read": 1}
    gates["/a"].set()
    await requests[0]
    assert by_operation() == {"other": 1, "read": 0}
    gates["/b"].set()
    await requests[1]
    assert by_operation() == {"other": 0, "read": 0}


async def test_row_89_a_thousand_health_checks_and_probes_are_no_traffic() -> None:
    service = Measured(answer_200, [instrument.Route("GET", "/jobs", READ)])
    await service.ask("/jobs")
    before = list(service.registry.collect())
    for _ in range(500):
        await service.ask("/health")
        await service.ask("/metrics")
        await service.ask("/health", "HEAD")
    assert list(service.registry.collect()) == before
    assert service.counted() == {"GET /jobs read 200": 1}


async def test_row_102_what_no_route_declares_is_of_the_operation_other() -> None:
    service = Measured(answering(404), [instrument.Route("GET", "/jobs", READ)])
    await service.ask("/careers")
    assert service.counted() == {"GET unmatched other 404": 1}


def test_every_declared_operation_has_a_histogram_at_0_from_the_start() -> None:
    service = Measured(
        answer_200,
        [
            instrument.Route("GET", "/jobs", READ),
            instrument.Route("POST", "/jobs", WRITE),
        ],
    )
    buckets = [
        (sample.labels["operation"], sample.value)
        for sample in service.samples("http_request_duration_seconds_bucket")
        if sample.labels["le"] == "0.2"
    ]
    assert sorted(buckets) == [("other", 0), ("read", 0), ("write", 0)]
