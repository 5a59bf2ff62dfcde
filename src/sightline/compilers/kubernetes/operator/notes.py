"""What is in the folder of the operator, and how it is used."""

from pathlib import PurePosixPath
from typing import Final

from sightline.compilers import alertmanager
from sightline.compilers.kubernetes import pods
from sightline.compilers.kubernetes.operator import alert_config
from sightline.model import artifacts, environments, monitoring

__all__ = ["compile_notes"]

_HEAD: Final = """\
# Monitoring of {environment}, with the Prometheus operator

```sh
kubectl apply --server-side -k watched   # rules and scraping, for a Prometheus there is
kubectl apply --server-side -k .         # all of the overlay, and an own Prometheus
```

A Prometheus that runs already must select these objects: they carry the label
`app.kubernetes.io/part-of: sightline`, and lie in the namespace `{namespace}`. It must
not enforce a label of the namespace (`enforcedNamespaceLabel`), which would change
every expression; its retention must be at least {retention}.

Alertmanager is that of the overlay, with its whole configuration.
"""

_FITS: Final = """\

`alertmanager-config.yaml` says the same as an `AlertmanagerConfig`, for an Alertmanager
of the operator that takes nothing else:

```yaml
apiVersion: monitoring.coreos.com/v1
kind: Alertmanager
spec:
  alertmanagerConfiguration:
    name: {name}
    templates: [{{configMap: {{name: {texts}, key: {key}}}}}]
```

Selected by `alertmanagerConfigSelector` it would hear only of alerts with the label
`namespace: {namespace}`, which ours do not have. The secrets are keys of the Secret
`{secrets}`. Receivers are then named `{namespace}/{name}/p0` and so on: `verify` finds
them different from what was built.
"""

_UNFIT: Final = """\

There is no `AlertmanagerConfig`, for it cannot say everything:

{reasons}
"""


def compile_notes(
    declared: monitoring.Monitoring, environment: environments.Environment, folder: str
) -> artifacts.Artifact:
    """Gives `README.md`."""
    cluster = environment.place.kubernetes
    namespace = cluster.namespace if cluster else ""
    head = _HEAD.format(
        environment=environment.name,
        namespace=namespace,
        retention=environment.retention,
    )
    reasons = alert_config.unfit(declared, environment)
    if reasons:
        listed = "\n".join(f"- {reason}." for reason in reasons)
        tail = _UNFIT.format(reasons=listed)
    else:
        tail = _FITS.format(
            name=alert_config.NAME,
            texts=alert_config.TEXTS,
            key=alertmanager.compile_texts().path.name,
            namespace=namespace,
            secrets=pods.Names.ALERTMANAGER_SECRETS,
        )
    return artifacts.Artifact(
        path=PurePosixPath("kubernetes", folder, "README.md"), text=head + tail
    )
