import pytest

from sightline import errors
from sightline.clients import grafana


@pytest.mark.parametrize(
    ("version", "api", "path"),
    [
        ("11.6.0", grafana.Api.BEST, "/api/dashboards/uid/x"),
        ("13.2.0", grafana.Api.BEST, "/api/dashboards/uid/x"),
        ("", grafana.Api.BEST, "/api/dashboards/uid/x"),
        ("13.2.0", grafana.Api.CLASSIC, "/api/dashboards/uid/x"),
        (
            "12.4.1",
            grafana.Api.RESOURCES,
            "/apis/dashboard.grafana.app/v1beta1/namespaces/org-2/dashboards/x",
        ),
        (
            "13.2.0",
            grafana.Api.RESOURCES,
            "/apis/dashboard.grafana.app/v1/namespaces/org-2/dashboards/x",
        ),
        (
            "14.0.0-pre",
            grafana.Api.BEST,
            "/apis/dashboard.grafana.app/v1/namespaces/org-2/dashboards/x",
        ),
    ],
)
def test_api_follows_the_version_and_the_choice(
    version: str, api: grafana.Api, path: str
) -> None:
    forms = grafana.choose(grafana.Health("ok", version), api, namespace="org-2")
    assert forms.dashboards.path("x") == path


def test_newer_api_of_an_old_grafana_is_an_input_error() -> None:
    with pytest.raises(errors.InputError) as raised:
        grafana.choose(grafana.Health("ok", "11.6.0"), grafana.Api.RESOURCES)
    assert str(raised.value) == (
        "expected Grafana 12 or later for `/apis`, found 11.6.0; choose 'classic'"
    )
