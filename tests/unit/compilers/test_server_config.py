from typing import Any

import yaml

from sightline.compilers.prometheus import server_config
from sightline.model import environments
from support import builders


def compile_config(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    artifact = server_config.compile_server_config(
        builders.declaration(exporters=(builders.exporter("postgres"),)),
        builders.environment(**changes),
    )
    document: dict[str, Any] = yaml.safe_load(artifact.text)
    return document


def test_a_scrape_ends_before_the_next_one_begins() -> None:
    def timeout(interval: str) -> str:
        config = compile_config(scrape_interval=builders.duration(interval))
        text: str = config["global"]["scrape_timeout"]
        return text

    assert (timeout("5s"), timeout("15s"), timeout("1m")) == ("5s", "10s", "10s")


def test_row_64_every_alert_says_from_which_environment_it_comes() -> None:
    assert compile_config()["global"]["external_labels"] == {"env": "production"}


def test_every_job_reads_its_targets_from_a_file_of_its_name() -> None:
    config = compile_config()
    assert {
        job["job_name"]: job["file_sd_configs"][0]["files"]
        for job in config["scrape_configs"]
    } == {
        "services": ["targets/services.json"],
        "service-health": ["targets/service-health.json"],
        "probes": ["targets/probes.json"],
        "postgres": ["targets/postgres.json"],
    }


def test_row_18_an_exporters_series_name_their_service_and_team() -> None:
    postgres = compile_config()["scrape_configs"][-1]
    assert postgres["relabel_configs"] == [
        {"target_label": "service", "replacement": "postgres"},
        {"target_label": "team", "replacement": "platform"},
    ]


def test_probes_ask_the_blackbox_exporter_about_their_target() -> None:
    probes = compile_config()["scrape_configs"][2]
    assert probes["metrics_path"] == "/probe"
    assert probes["relabel_configs"] == [
        {"source_labels": ["__address__"], "target_label": "__param_target"},
        {"source_labels": ["__param_target"], "target_label": "instance"},
        {"source_labels": ["__blackbox_address__"], "target_label": "__address__"},
    ]


def test_one_alone_needs_no_name() -> None:
    config = compile_config()
    assert "alert_relabel_configs" not in config["alerting"]
    assert "remote_write" not in config


def test_a_pair_is_told_apart_by_nobody_but_itself() -> None:
    storage = environments.RemoteWrite(
        url="https://storage.example.com/api/v1/write",
        query_url="https://storage.example.com",
    )
    config = compile_config(replicas={"prometheus": 2}, remote_write=storage)
    assert config["global"]["external_labels"] == {
        "env": "production",
        "replica": "${REPLICA}",
    }
    dropped = [{"action": "labeldrop", "regex": "replica"}]
    assert config["alerting"]["alert_relabel_configs"] == dropped
    assert config["remote_write"] == [
        {
            "url": "https://storage.example.com/api/v1/write",
            "write_relabel_configs": dropped,
        }
    ]
