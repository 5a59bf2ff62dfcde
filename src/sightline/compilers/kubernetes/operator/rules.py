"""The rule files as `PrometheusRule` objects."""

import re
from collections.abc import Iterable
from typing import Final

from sightline.compilers import documents, prometheus
from sightline.compilers.kubernetes import objects
from sightline.compilers.kubernetes.operator import custom
from sightline.model import artifacts, environments, monitoring

__all__ = ["compile_rules", "join_rules"]

_MOST_BYTES: Final = 500_000
"""Of one object: the operator refuses more than half a MiB of rules.
https://github.com/prometheus-operator/prometheus-operator/blob/v0.93.1/pkg/operator/rules.go
"""


_GROUP: Final = re.compile(r"^(?=  - )", re.MULTILINE)
"""Where a group of a rule file begins: the files are ours."""


def compile_rules(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> objects.Objects:
    """Gives as few objects as hold all rules."""
    files = prometheus.compile_rule_files(declared, environment)
    return [
        custom.custom_resource("PrometheusRule", name, spec)
        for name, spec in join_rules(files).items()
    ]


def join_rules(
    files: Iterable[artifacts.Artifact],
) -> dict[str, documents.Document]:
    """Gives all groups in few objects, by name, each small enough to be taken."""
    groups = {
        f"{one.path.name} {number}": group
        for one in files
        for number, group in enumerate(_GROUP.split(one.text)[1:])
    }
    return {
        f"sightline-{number}": documents.Rendered("groups:\n" + "".join(some.values()))
        for number, some in enumerate(objects.pack(groups, _MOST_BYTES))
    }
