"""Names are spelled as their systems spell them."""

import pytest

from sightline.model import names


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("HighErrorRate", "high-error-rate"),
        ("ServiceDown", "service-down"),
        ("SLIStalled", "sli-stalled"),
        ("P95Latency", "p95-latency"),
        ("Watchdog", "watchdog"),
    ],
)
def test_alert_names_become_page_names(name: str, slug: str) -> None:
    assert names.kebab_case(name) == slug
