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
Precision is measured on public collections, read in place and kept nowhere:
awesome-prometheus-alerts (954 alerts), the manifests of kube-prometheus (234 rules and
33 dashboards), the rendered mixins of monitoring.mixins.dev (1,131 rules and 322
dashboards) and rfmoz/grafana-dashboards (8 dashboards). A finding counts as right when
what it says of the file is so, judged by one person reading it, and the rule wherever
the finding alone does not show it. Where a check found nothing there, nothing is known
of its precision. A check that is right less than nine times in ten is off by default.
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
        return "nothing found"
    return f"{known.right} of {known.found}"
