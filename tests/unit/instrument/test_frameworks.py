import fastapi
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from sightline.instrument import endpoints, exchanges
from support.measured import Measured


async def reply(_: Request) -> Response:
    return PlainTextResponse("ok")


def inner() -> Starlette:
    return Starlette(
        routes=[
            Route("/jobs/{job_id:int}", reply),
            Mount("/tenants/{tenant}", routes=[Route("/users/{user_id}", reply)]),
            Mount("/static", app=PlainTextResponse("a file")),
        ]
    )


@pytest.mark.parametrize(
    ("path", "counted"),
    [
        ("/jobs/17", "GET /jobs/{job_id} other 200"),
        ("/jobs/new", "GET unmatched other 404"),
        ("/tenants/acme/users/7", "GET /tenants/{tenant}/users/{user_id} other 200"),
        ("/tenants/acme/nothing", "GET /tenants/{tenant}/{path} other 404"),
        ("/static/site.css", "GET /static/{path} other 200"),
        ("/nothing", "GET unmatched other 404"),
    ],
)
async def test_starlette_names_undeclared_routes(path: str, counted: str) -> None:
    service = Measured(inner())
    await service.ask(path)
    assert service.counted() == {counted: 1}


@pytest.mark.parametrize(
    ("path", "counted"),
    [
        ("/v1/billing/invoices/7", "GET /v1/billing/invoices/{number} other 200"),
        ("/v1/billing/invoices/x", "GET /v1/billing/invoices/{number} other 422"),
        ("/partners/acme/jobs/3", "GET /partners/{partner}/jobs/{job_id} other 200"),
        ("/invoices/7", "GET unmatched other 404"),
    ],
)
async def test_fastapi_names_undeclared_routes(path: str, counted: str) -> None:
    router = fastapi.APIRouter(prefix="/billing")

    @router.get("/invoices/{number}")
    async def invoice(number: int) -> int:
        return number

    app = fastapi.FastAPI()
    app.include_router(router, prefix="/v1")
    app.mount("/partners/{partner}", inner())
    service = Measured(app)
    await service.ask(path)
    assert service.counted() == {counted: 1}


async def test_templates_that_a_framework_makes_up_are_bounded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(endpoints, "_MOST_DISCOVERED_ROUTES", 2)

    async def app(
        scope: exchanges.Scope, receive: exchanges.Receive, send: exchanges.Send
    ) -> None:
        scope["route"] = Route(scope["path"], reply)
        await PlainTextResponse("ok")(scope, receive, send)

    service = Measured(app)
    for path in ("/a", "/b", "/c", "/d", "/a"):
        await service.ask(path)
    assert service.counted() == {
        "GET /a other 200": 2,
        "GET /b other 200": 1,
        "GET unmatched other 200": 2,
    }


async def test_a_failure_of_a_discovered_route_ends_what_it_began() -> None:
    async def broken(_: Request) -> Response:
        raise KeyError("boom")

    service = Measured(Starlette(routes=[Route("/broken", broken)]))
    with pytest.raises(KeyError):
        await service.ask("/broken")
    assert service.counted() == {"GET /broken other 500": 1}
    assert service.in_progress() == 0
