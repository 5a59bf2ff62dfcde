"""The sources of the page on firewalls, fed with lines as the firewalls write them."""

import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sightline.collectors.events import lookups, pipelines
from sightline.model import events
from sightline.spec import loading
from support import event_sources as made

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/how-to/count-what-a-firewall-refused.md"
CASES = ROOT / "tests/cases/firewalls"
_SOURCES = re.compile(
    r"^```yaml\n# monitoring/(\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE
)

Counts = Mapping[tuple[str, ...], float]
Read = Callable[[str, str], pipelines.Pipeline]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Gives what loads the page's source of a name and feeds it a log."""
    shutil.copytree(ROOT / "tests/cases/spec/base/monitoring", tmp_path / "monitoring")
    (tmp_path / "monitoring/sources").mkdir()
    sources = dict(_SOURCES.findall(PAGE.read_text()))
    listed = tmp_path / "hijacked.txt"
    listed.write_text("203.0.113.192/27\n")

    def feed(name: str, log: str) -> pipelines.Pipeline:
        place = f"sources/{name}.yaml"
        (tmp_path / "monitoring" / place).write_text(sources[place])
        source = loading.require(tmp_path).collection.sources[name]
        assert isinstance(source, events.EventSource)
        known = lookups.Lookups(lambda: [listed], None)
        pipeline = pipelines.Pipeline(source, made.words(known))
        text = (CASES / log).read_bytes()
        assert pipeline.feed(text, made.NOW) == text.count(b"\n")
        assert sum(count for _, count in pipeline.incomplete()) == 0
        return pipeline

    return feed


def counted(pipeline: pipelines.Pipeline, name: str) -> Counts:
    return made.numbers_of(pipeline.families(made.NOW + 5), name)


@pytest.mark.parametrize(
    ("name", "blocked", "limited"),
    [
        (
            "modsecurity",
            {
                ("942100", "SQL Injection Attack Detected via libinjection"): 1,
                ("941100", "XSS Attack Detected via libinjection"): 1,
                ("none", "none"): 1,
            },
            {},
        ),
        (
            "coraza",
            {
                ("941100", "XSS Attack Detected via libinjection"): 1,
                ("none", "none"): 1,
            },
            {},
        ),
        (
            "aws-waf",
            {
                ("sqli", "SQL_INJECTION"): 1,
                ("AWS-AWSManagedRulesCommonRuleSet", "none"): 1,
            },
            {(): 1},
        ),
        ("cloudflare", {("0b8f", "SQLi - Comparison"): 1}, {(): 1}),
    ],
)
def test_refusals_limits_and_bad_actors_come_under_the_shipped_names(
    read: Read, name: str, blocked: Counts, limited: Counts
) -> None:
    pipeline = read(name, f"{name}.jsonl")
    assert counted(pipeline, "waf_blocked_requests_total") == blocked
    assert counted(pipeline, "rate_limit_hits_total") == limited
    assert counted(pipeline, "suspicious_ip_hits_total") == {("hijacked",): 1}


def test_a_ranking_of_networks_reads_nested_addresses(read: Read) -> None:
    pipeline = read("aws-waf", "aws-waf.jsonl")
    assert counted(pipeline, "waf_blocked_top_networks") == {
        ("198.51.100.0/24",): 2,
        ("203.0.113.0/24",): 1,
        ("other",): 0,
    }


def test_the_kernels_own_log_is_counted_by_port_and_list(read: Read) -> None:
    pipeline = read("firewall", "firewall.log")
    assert counted(pipeline, "firewall_blocked_total") == {
        ("22", "TCP"): 1,
        ("none", "ICMP"): 1,
    }
    assert counted(pipeline, "firewall_listed_total") == {("hijacked",): 1}
