import pytest
import yaml

from sightline.loaded import alertmanager

BUILT = {
    "event_recorder": {"file_outputs": []},
    "templates": ["templates/*.tmpl"],
    "route": {"receiver": "p0", "repeat_interval": "24h", "routes": []},
    "inhibit_rules": [{"name": "one", "equal": []}],
    "receivers": [
        {
            "name": "p0",
            "webhook_configs": [{"url_file": "secrets/url", "timeout": "60s"}],
        }
    ],
}
PRINTED = """
global: {resolve_timeout: 5m}
templates: [/etc/alertmanager/templates/*.tmpl]
route: {receiver: p0, repeat_interval: 1d, continue: false}
inhibit_rules: [{name: one}]
receivers:
  - name: p0
    labels: {name: p0}
    webhook_configs:
      - {url_file: build/secrets/url, timeout: 1m, max_alerts: 0, send_resolved: true}
"""


def _differences(before: str, after: str) -> tuple[str, ...]:
    assert before in PRINTED
    return alertmanager.find_differences(BUILT, PRINTED.replace(before, after))


def test_defaults_paths_and_other_durations_are_no_difference() -> None:
    assert alertmanager.find_differences(BUILT, PRINTED) == ()


def test_masked_secret_is_no_difference() -> None:
    built = {"global": {"smtp_auth_password": "x"}}
    printed = yaml.safe_dump({"global": {"smtp_auth_password": "<secret>"}})
    assert alertmanager.find_differences(built, printed) == ()


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        ("1d", "2d", "route.repeat_interval: built '24h', loaded '2d'"),
        ("receiver: p0", "receiver: p1", "route.receiver: built 'p0', loaded 'p1'"),
        ("secrets/url,", "other,", "receivers[p0].webhook_configs[0].url_file: "),
        ("{name: one}", "{name: one}, {name: two}", "inhibit_rules: 1 built, 2 loaded"),
        ("labels: ", "email_configs: ", "receivers[p0].email_configs: loaded, but"),
        ("continue: false", "matchers: [a=b]", "route.matchers: loaded, but not built"),
        ("timeout: 1m, ", "", "receivers[p0].webhook_configs[0].timeout: built '60s'"),
    ],
)
def test_difference_is_named_by_its_place(
    before: str, after: str, difference: str
) -> None:
    (found,) = _differences(before, after)
    assert found.startswith(difference)


def test_what_is_not_yaml_differs_as_a_whole() -> None:
    found = alertmanager.find_differences(BUILT, "a: [")
    assert found == ("what Alertmanager prints is not YAML",)


def test_order_of_matchers_is_no_difference() -> None:
    built = {"route": {"matchers": ['b="1"', 'a="2"']}}
    assert (
        alertmanager.find_differences(
            built, yaml.safe_dump({"route": {"matchers": ['a="2"', 'b="1"']}})
        )
        == ()
    )
    assert alertmanager.find_differences(
        built, yaml.safe_dump({"route": {"matchers": ['a="2"']}})
    ) == ("""route.matchers: built ['b="1"', 'a="2"'], loaded ['a="2"']""",)
