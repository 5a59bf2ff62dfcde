"""The rule files as `PrometheusRule` objects."""

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
    """Gives the rule files joined into few objects, by name, each small enough."""
    texts = {one.path.name: one.text for one in files}
    return {
        f"sightline-{number}": documents.Rendered(
            "groups:\n"
            + "".join(text.removeprefix("groups:\n") for text in group.values())
        )
        for number, group in enumerate(objects.pack(texts, _MOST_BYTES))
    }
