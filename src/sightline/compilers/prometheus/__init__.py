"""The model as Prometheus reads it: server configuration, rules, probe modules."""

from sightline.compilers import slo
from sightline.compilers.prometheus import (
    blackbox,
    escalations,
    rule_files,
    rule_groups,
    server_config,
)
from sightline.model import artifacts, environments, monitoring

__all__ = ["compile_prometheus", "compile_rule_files"]


def compile_prometheus(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[artifacts.Artifact, ...]:
    """Gives `prometheus.yml`, `blackbox.yml` and one file for each rule group."""
    return (
        server_config.compile_server_config(declared.within(environment), environment),
        blackbox.compile_blackbox_modules(),
        *compile_rule_files(declared, environment),
    )


def compile_rule_files(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[artifacts.Artifact, ...]:
    """Gives one file for each rule group."""
    declared = declared.within(environment)
    groups = (
        *rule_groups.compile_rule_groups(declared, environment),
        *escalations.compile_escalations(declared, environment),
        *slo.compile_slo_groups(declared, environment),
    )
    return tuple(rule_files.render_rule_file(group) for group in groups)
