"""Which data sources a dashboard asks, where a variable chooses among them."""

from typing import Any

from sightline.verify import data_sources

CHOICE = {
    "name": "environment",
    "type": "datasource",
    "current": {"text": "Production", "value": "prometheus"},
}


def _ask(*sources: str, variables: tuple[dict[str, Any], ...] = ()) -> list[str]:
    document = {
        "templating": {"list": list(variables)},
        "panels": [{"targets": [{"datasource": {"uid": uid}}]} for uid in sources],
    }
    return list(data_sources.find_asked(document))


def test_a_source_that_is_named_is_asked() -> None:
    assert _ask("prometheus", "-- Grafana --", "loki") == ["prometheus", "loki"]


def test_a_chosen_source_is_the_one_that_the_file_chooses() -> None:
    asked = _ask("${environment}", "$environment", variables=(CHOICE,))
    assert asked == ["prometheus", "prometheus"]


def test_a_choice_that_nobody_offers_is_asked_as_it_stands() -> None:
    query = {**CHOICE, "type": "query"}
    assert _ask("${environment}", variables=(query,)) == ["${environment}"]
    assert list(data_sources.find_asked({"panels": []})) == []
