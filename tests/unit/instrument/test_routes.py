import re

import pytest

from sightline.instrument import routes
from sightline.model import services
from support import builders

READ = services.OperationClass.READ
TEMPLATES = (
    "/",
    "/jobs",
    "/jobs/{job_id}",
    "/jobs/new",
    "/jobs/{job_id}/proposals",
    "/files/{name:path}",
    "/files/{name}/meta",
    "/a/{x:int}/b/{y}/c",
)


@pytest.fixture(scope="module")
def matcher() -> routes.Matcher[str]:
    return routes.Matcher.of({template: template for template in TEMPLATES})


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/", "/"),
        ("/jobs", "/jobs"),
        ("/jobs/17", "/jobs/{job_id}"),
        ("/jobs/new", "/jobs/new"),
        ("/jobs/new/proposals", "/jobs/{job_id}/proposals"),
        ("/files/a/b/c", "/files/{name:path}"),
        ("/files/", "/files/{name:path}"),
        ("/files/a/meta", "/files/{name}/meta"),
        ("/files/a/metadata", "/files/{name:path}"),
        ("/a/1/b/2/c", "/a/{x:int}/b/{y}/c"),
        ("/jobs/", None),
        ("/jobs/17/", None),
        ("/files", None),
        ("/a/1/b/2/c/d", None),
        ("/a//b/2/c", None),
        ("jobs", None),
        ("", None),
        ("//", None),
        ("/" * 1_000_000, None),
    ],
)
def test_a_path_finds_its_template(
    matcher: routes.Matcher[str], path: str, template: str | None
) -> None:
    assert matcher.find(path) == template


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("jobs", "expected a path that starts with '/', found 'jobs'"),
        (
            "/jobs/{id}.json",
            (
                "expected parameters that are whole segments such as '{name}', "
                "found '{id}.json' in '/jobs/{id}.json'"
            ),
        ),
        (
            "/jobs/{}",
            (
                "expected parameters that are whole segments such as '{name}', "
                "found '{}' in '/jobs/{}'"
            ),
        ),
        (
            "/{rest:path}/end",
            "expected '{rest:path}' at the end of '/{rest:path}/end'",
        ),
    ],
)
def test_a_malformed_template_is_refused(template: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        routes.Matcher.of({template: template})


@pytest.mark.parametrize(
    "templates", [("/jobs/{a}", "/jobs/{b}"), ("/{a:path}", "/{b:path}")]
)
def test_templates_that_match_the_same_paths_are_refused(
    templates: tuple[str, str],
) -> None:
    message = f"another route matches the paths of {templates[1]!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        routes.Matcher.of({template: template for template in templates})


def test_a_service_of_the_model_gives_its_routes() -> None:
    operation = services.Operation(
        route="/jobs/{id}", methods=("GET", "HEAD"), operation=READ
    )
    service = builders.service("market-svc", operations=(operation,))
    assert routes.routes_of(service) == (
        routes.Route("GET", "/jobs/{id}", READ),
        routes.Route("HEAD", "/jobs/{id}", READ),
    )
