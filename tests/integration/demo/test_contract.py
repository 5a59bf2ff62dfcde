"""The services of the reference platform, as they run, keep the contract."""

import pytest

from sightline.app.contract import checking
from sightline.model import findings, monitoring
from support import reference_platform

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("component", "name"),
    [
        ("api-gateway-1", "api-gateway"),
        ("auth-svc-1", "auth-svc"),
        ("market-svc-1", "market-svc"),
        ("skillpod-svc-1", "skillpod-svc"),
        ("billing-svc-1", "billing-svc"),
        ("notification-svc-1", "notification-svc"),
        ("job-worker", "job-worker"),
    ],
)
async def test_a_running_service_lacks_nothing(
    whole: reference_platform.Platform,
    skillancer: monitoring.Monitoring,
    component: str,
    name: str,
) -> None:
    url = f"{whole.site.url_of(component)}/metrics"
    report = await checking.check(skillancer, url, name)
    assert report.not_checked == ()
    assert [
        str(one) for one in report.found if one.severity > findings.FindingSeverity.INFO
    ] == []
