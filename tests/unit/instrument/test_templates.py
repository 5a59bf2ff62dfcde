import pytest

from sightline.instrument import templates


@pytest.mark.parametrize(
    ("rule", "template"),
    [
        ("/jobs", "/jobs"),
        ("/jobs/<job_id>", "/jobs/{job_id}"),
        ("/jobs/<int:job_id>/files/<path:name>", "/jobs/{job_id}/files/{name}"),
        ("/v<any(1, 2):version>/jobs", "/v{version}/jobs"),
        (r"^jobs/(?P<number>[0-9]+)/$", r"^jobs/(?P<number>[0-9]+)/$"),
    ],
)
def test_rules_in_angles_are_written_in_braces(rule: str, template: str) -> None:
    assert templates.from_angles(rule) == template


@pytest.mark.parametrize(
    ("route", "template"),
    [
        ("jobs/", "jobs/"),
        ("^jobs/(?P<number>[0-9]+)/$", "jobs/{number}/"),
        ("api/^jobs/([0-9]{2}(a|b))/$", "api/jobs/{group}/"),
        (r"^files/(?P<name>\w+\.(?:css|js))$", "files/{name}"),
        (r"^robots\.txt$", "robots.txt"),
        (r"^a\(b\)$", "a(b)"),
    ],
)
def test_patterns_become_templates(route: str, template: str) -> None:
    assert templates.from_regex(route) == template
