"""Rule groups as rule files."""

from pathlib import PurePosixPath

from sightline.compilers import documents
from sightline.model import artifacts, rules

__all__ = ["render_rule_file"]


def render_rule_file(group: rules.RuleGroup) -> artifacts.Artifact:
    """Gives `prometheus/rules/<group>.yml`, which `promtool check rules` accepts."""
    document: documents.Document = {
        "groups": [
            {
                "name": group.name,
                "interval": str(group.interval),
                "rules": [_rule_document(rule) for rule in group.rules],
            }
        ]
    }
    return artifacts.Artifact(
        path=PurePosixPath("prometheus/rules") / f"{group.name}.yml",
        text=documents.render_yaml(document),
    )


def _rule_document(rule: rules.Rule) -> documents.Document:
    match rule:
        case rules.RecordingRule():
            recording: dict[str, documents.Document] = {
                "record": rule.record,
                "expr": rule.expr,
            }
            return recording | ({"labels": dict(rule.labels)} if rule.labels else {})
        case rules.AlertingRule():
            return _alerting_rule_document(rule)


def _alerting_rule_document(rule: rules.AlertingRule) -> documents.Document:
    document: dict[str, documents.Document] = {"alert": rule.alert, "expr": rule.expr}
    if rule.for_.milliseconds:
        document["for"] = str(rule.for_)
    if rule.keep_firing_for is not None:
        document["keep_firing_for"] = str(rule.keep_firing_for)
    document["labels"] = dict(rule.labels)
    document["annotations"] = dict(rule.annotations)
    return document
