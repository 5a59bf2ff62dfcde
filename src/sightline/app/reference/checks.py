"""The pages of the checks, made of what each check says of itself."""

import re
import sys
from collections.abc import Mapping
from typing import Final

from sightline.app.reference import tables
from sightline.checks import declarations, registry

__all__ = ["render_pages"]

_BLOCK: Final = re.compile(r"::\n\n((?:(?:    .*)?\n)+)")
_COLLECTIONS: Final = """\
Precision was measured on 30 November 2026 on 41 public collections as they stood in
August, read in place and kept nowhere: 7,237 alerting and 1,501 recording rules, 1,751
dashboards with 66,669 queries, and 55 configurations of Prometheus and Alertmanager.
All alerting rules but 3 had a verdict. A finding that stands in many versions of one
file counts once. It is right when what it says is so, and is a defect or a risk, judged
by one person who read the rule, the panel or the route; of more than 50 findings, 50
chosen at random were judged. A check that is *not met* found nothing in all of them, so
nothing is known of its precision. One that is right less than nine times in ten is off
by default.

The largest collections are samber/awesome-prometheus-alerts, the rendered mixins of
monitoring.mixins.dev, grafana/jsonnet-libs, pingcap/monitoring, the manifests of
kube-prometheus, rook, strimzi, thanos, loki, tempo and OpenShift, the alerts of
Wikimedia and Konflux, aerospike, scylladb, rabbitmq and redpanda, the dashboards of
Percona, Confluent, Istio, Linkerd and Cloud Foundry, and several home clusters.
Charts and other templates are not rendered, and count only where they hold plain files.
"""


def render_pages(note: str) -> Mapping[str, str]:
    """Gives the text of the overview and of each check's page, by file name.

    Args:
        note: stands at the top of each.
    """
    pages = {f"{check.name}.md": note + _page(check) for check in registry.CHECKS}
    return {"README.md": note + _overview(), **pages}


def _overview() -> str:
    rows = [
        (
            f"[{check.name}]({check.name}.md)",
            check.summary,
            check.severity.label,
            "on" if check.is_default else "off",
            _precision(check),
        )
        for check in registry.CHECKS
    ]
    header = ("check", "finds", "severity", "default", "precision")
    return (
        "# Checks\n\n"
        "What `./sightline check` looks for, in files of any origin and in what a spec"
        " builds.\n"
        "[How to use them](../how-to/check-any-monitoring.md).\n\n"
        f"{_COLLECTIONS}\n{tables.render_table(header, rows)}"
    )


def _page(check: declarations.Check) -> str:
    told = sys.modules[check.find.__module__].__doc__ or ""
    first, _, rest = told.partition("\n\n")
    body = _BLOCK.sub(_fence, rest.rstrip() + "\n").rstrip()
    default = "runs by default" if check.is_default else "is off by default"
    return (
        f"# {check.name}\n\n{first.strip()}\n\n{body}\n\n"
        f"Severity: {check.severity.label}. It {default}. "
        f"Precision: {_precision(check)} ([how that is measured](README.md)).\n"
    )


def _fence(block: re.Match[str]) -> str:
    lines = block[1].rstrip("\n").split("\n")
    code = "\n".join(line.removeprefix("    ") for line in lines)
    return f":\n\n```\n{code}\n```\n\n"


def _precision(check: declarations.Check) -> str:
    known = check.precision
    if known is None:
        return "not met"
    return f"{known.right} of {known.judged}"
