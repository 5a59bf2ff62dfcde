"""What a live Prometheus is asked, and what files say instead."""

from pathlib import Path

import httpx

from sightline.app.importing import gathering, materials, surroundings
from sightline.model import units

ANSWERS = {
    "/api/v1/rules": {
        "groups": [
            {
                "name": "shop",
                "file": "shop.yml",
                "interval": 30,
                "rules": [
                    {
                        "type": "alerting",
                        "name": "Slow",
                        "query": "latency > 5",
                        "duration": 300,
                        "keepFiringFor": 60,
                        "labels": {"severity": "page"},
                        "annotations": {"summary": "It is slow."},
                        "health": "ok",
                        "state": "inactive",
                    }
                ],
            }
        ]
    },
    "/api/v1/status/runtimeinfo": {
        "startTime": "2026-11-24T00:00:00Z",
        "reloadConfigSuccess": True,
        "lastConfigTime": "2026-11-24T00:00:00Z",
        "storageRetention": "40d or 10GiB",
    },
    "/api/v1/targets": {
        "activeTargets": [
            {
                "scrapePool": pool,
                "scrapeUrl": f"http://10.0.0.{number}:80{path}",
                "labels": labels,
                "health": "up",
                "lastError": "",
                "scrapeInterval": "15s",
            }
            for number, (pool, path, labels) in enumerate(
                [
                    ("apps", "/metrics", {"job": "apps", "service": "cart"}),
                    ("apps", "/metrics", {"job": "apps", "service": "cart"}),
                    ("apps", "/metrics", {"job": "apps", "service": "user_db"}),
                    ("node", "/node", {"job": "node"}),
                    ("http", "/probe", {"job": "http", "service": "cart"}),
                ]
            )
        ]
    },
    "/api/v1/alertmanagers": {
        "activeAlertmanagers": [{"url": "http://am.example.com:9093/api/v2/alerts"}]
    },
}


async def gather(*paths: Path) -> materials.Material:
    transport = httpx.MockTransport(
        lambda asked: httpx.Response(
            200, json={"status": "success", "data": ANSWERS[asked.url.path]}
        )
    )
    request = gathering.Request(paths=paths, prometheus_url="http://prom.example.com/")
    async with httpx.AsyncClient(transport=transport) as client:
        return await gathering.gather(request, client)


async def test_a_servers_rules_targets_and_settings_are_taken() -> None:
    material = await gather()
    assert material.rules == (
        materials.Rule(
            name="Slow",
            is_alert=True,
            expr="latency > 5",
            labels={"severity": "page"},
            annotations={"summary": "It is slow."},
            for_=units.Duration.parse("5m"),
            keep_firing_for=units.Duration.parse("1m"),
            group="shop",
            place="shop.yml: shop",
        ),
    )
    around = surroundings.survey(material)
    place = around.files["environments.yaml"]["environments"]
    assert isinstance(place, dict)
    assert place["production"] == {
        "prometheus_url": "http://prom.example.com",
        "alertmanager_url": "http://am.example.com:9093",
        "grafana_url": "https://grafana.example.com",
        "pagerduty_url": "https://events.pagerduty.com/v2/enqueue",
        "smtp": {"smarthost": "smtp.example.com:587", "from": "monitoring@example.com"},
        "scrape_interval": "15s",
        "evaluation_interval": "30s",
        "retention": "40d",
    }


async def test_several_services_in_one_job_are_services_and_other_jobs_exporters() -> (
    None
):
    around = surroundings.survey(await gather())
    assert around.files["services.yaml"]["services"] == {
        "cart": {"title": "Cart", "team": "platform", "expected_replicas": 2},
        "user-db": {"title": "User db", "team": "platform", "expected_replicas": 1},
    }
    assert around.files["sources.yaml"]["exporters"] == {
        "node": {"service": "node", "team": "platform", "metrics_path": "/node"},
        "prometheus": {"service": "prometheus", "team": "platform"},
    }
