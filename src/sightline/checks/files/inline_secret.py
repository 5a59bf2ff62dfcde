"""A secret in the text of a file.

Why: configuration is read by many: it is in git, in a ConfigMap, on the status page of
the server. Alertmanager and Prometheus read every secret from a file too.

Bad::

    pagerduty_configs: [{routing_key: 0123456789abcdef0123456789abcdef}]

Good::

    pagerduty_configs: [{routing_key_file: /etc/alertmanager/pagerduty-key}]

The message never shows the secret.
"""

import re
from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.formats import nodes, texts
from sightline.model import findings

__all__ = ["CHECK", "find"]

_KEYS: Final = frozenset(
    {
        "api_key", "api_secret", "auth_password", "auth_secret", "bearer_token",
        "bot_token", "client_secret", "credentials", "password", "routing_key",
        "secret_key", "service_key", "slack_api_url", "smtp_auth_password",
        "smtp_auth_secret", "token", "user_key", "victorops_api_key",
        "opsgenie_api_key", "wechat_api_secret", "telegram_bot_token",
    }
)  # fmt: skip
_SHAPES: Final = (
    (
        "PRIVATE KEY",
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{40}",
        "a private key",
    ),
    ("AKIA", r"\bAKIA[0-9A-Z]{16}\b", "an access key of AWS"),
    ("ASIA", r"\bASIA[0-9A-Z]{16}\b", "an access key of AWS"),
    ("xox", r"\bxox[abprs]-[0-9A-Za-z-]{10,}", "a token of Slack"),
    (
        "hooks.slack.com",
        r"hooks\.slack\.com/services/T\w{5,}/B\w{5,}/\w{16,}",
        "a webhook of Slack",
    ),
    ("ghp_", r"\bghp_[0-9A-Za-z]{36,}\b", "a token of GitHub"),
    ("ghs_", r"\bghs_[0-9A-Za-z]{36,}\b", "a token of GitHub"),
    ("glpat-", r"\bglpat-[0-9A-Za-z_-]{20,}", "a token of GitLab"),
    ("sk_live_", r"\bsk_live_[0-9a-zA-Z]{16,}", "a key of Stripe"),
    ("glsa_", r"\bglsa_[0-9A-Za-z_]{32,}", "a token of Grafana"),
    (
        "://",
        r"://[^/\s:@{}$<>()\"']{1,200}:[^/\s@{}$<>()\"']{1,200}@(?!tcp\()",
        "a password in a URL",
    ),
)
"""A part that every such secret has, its whole form, and what it is."""

_STAND_INS: Final = re.compile(
    r"<.*>|\(\(.*\)\)|.*%[sv].*|\$.*|.*\{\{.*|.*[xX]{3,}|.*0{8}.*|\*+|.*change.?me.*|.*example.*"
    r"|.*redacted.*|.*your.*|.*placeholder.*|.*change/me.*|url|dummy|fake|todo|test"
    r"|none|null|false|true|(?:user|access|api|my|the)?[-_]?"
    r"(?:pass|passwd|password|pw|pwd|secret|token|key|secret_access_key)",
    re.DOTALL | re.IGNORECASE,
)
"""What people write where a secret is to be filled in."""


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives secrets in configurations, and what looks like one in any file."""
    for config in subject.configurations:
        for key, text in _scalars(config.node, config.source):
            is_secret = key in _KEYS and text.text.strip()
            if is_secret and not _STAND_INS.fullmatch(text.text.strip()):
                yield declarations.Problem(
                    span=text.span,
                    message=f"expected {key!r} to be read from a file, found it in the "
                    "text",
                    hint=f"write `{key}_file:` and the path of a file that only the "
                    "server can read; change the secret, for many have seen it",
                )
    for source in subject.estate.sources:
        for part, shape, name in _SHAPES:
            if part not in source.text:
                continue
            for found in re.finditer(shape, source.text):
                if _is_stand_in(found[0]):
                    continue
                yield declarations.Problem(
                    span=source.at(found.start()),
                    message=f"expected no secret in a file, found {name}",
                    hint="read it from a file; change it, for many have seen it",
                )


def _is_stand_in(shown: str) -> bool:
    """Whether what has the form of a secret only shows where one is to be put."""
    user, _, password = shown.rpartition("://")[2].rstrip("@").partition(":")
    return user == password or _STAND_INS.fullmatch(password or user) is not None


def _scalars(
    node: nodes.Node, source: texts.Source, key: str = ""
) -> Iterator[tuple[str, texts.Text]]:
    match node:
        case nodes.ScalarNode():
            yield key, texts.Text.of(node, source)
        case nodes.SequenceNode():
            for item in node.items:
                yield from _scalars(item, source, key)
        case nodes.MappingNode():
            for name, pair in node.pairs.items():
                yield from _scalars(pair.node, source, name)


CHECK: Final = declarations.Check(
    name="inline-secret",
    summary="a secret in the text of a file",
    severity=findings.FindingSeverity.ERROR,
    find=find,
    precision=declarations.Precision(judged=2, right=2),
)
