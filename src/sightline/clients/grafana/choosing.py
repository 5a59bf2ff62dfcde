"""Which of Grafana's two APIs is spoken for dashboards and folders."""

from dataclasses import dataclass
from typing import Final

from sightline import errors
from sightline.clients.grafana import classic_form, forms, objects, resource_form
from sightline.model import deployment

__all__ = ["CLASSIC", "Api", "Forms", "choose"]

_FIRST_WITH_RESOURCES: Final = 12
_FIRST_STABLE: Final = 13
_LAST_WITH_CLASSIC: Final = 13


Api = deployment.GrafanaApi


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """The forms of one API."""

    dashboards: forms.DashboardForm
    folders: forms.FolderForm


CLASSIC: Final = Forms(
    dashboards=classic_form.ClassicDashboards(), folders=classic_form.ClassicFolders()
)
"""Those of `/api`."""


def choose(
    health: objects.Health,
    wanted: Api = Api.BEST,
    namespace: str = resource_form.DEFAULT_NAMESPACE,
) -> Forms:
    """Gives the forms that a Grafana understands.

    Args:
        health: says the version; one that is not told is taken for a known one.
        wanted: the user's choice.
        namespace: that of the organisation, for `/apis`.

    Raises:
        InputError: the version does not serve what is wanted.
    """
    major = health.major or _LAST_WITH_CLASSIC
    is_classic = wanted is Api.CLASSIC or (
        wanted is Api.BEST and major <= _LAST_WITH_CLASSIC
    )
    if is_classic:
        return CLASSIC
    if major < _FIRST_WITH_RESOURCES:
        raise errors.InputError(
            f"expected Grafana {_FIRST_WITH_RESOURCES} or later for `/apis`, found"
            f" {health.version}; choose {Api.CLASSIC.value!r}"
        )
    version = "v1" if major >= _FIRST_STABLE else "v1beta1"
    return Forms(
        dashboards=resource_form.ResourceDashboards(version, namespace),
        folders=resource_form.ResourceFolders(version, namespace),
    )
