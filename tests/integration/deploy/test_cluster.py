"""Kubernetes and Helm as surfaces, with programs that stand in for the user's own."""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sightline import errors
from sightline.app import build
from sightline.app.deploying import clusters
from sightline.clients import kubernetes, tools
from sightline.deploy import applying, planning, plans, resources
from sightline.deploy.surfaces import charts, cluster, kubernetes_objects, protocols
from sightline.model import deployment, monitoring
from support import cluster_stand_ins, deployments, in_memory_surfaces

pytestmark = pytest.mark.integration

KUBERNETES, HELM = resources.Surface.KUBERNETES, resources.Surface.HELM


@dataclass
class World:
    """A cluster behind two programs, and what is known of its past."""

    folder: Path
    context: str = "production"
    journal: in_memory_surfaces.MemoryJournal = field(
        default_factory=in_memory_surfaces.MemoryJournal
    )

    def __post_init__(self) -> None:
        self.state = cluster_stand_ins.install(self.folder)

    @property
    def surfaces(self) -> protocols.Surfaces:
        kubectl = kubernetes.Kubectl(self._program("kubectl"), self.context)
        helm = kubernetes.Helm(self._program("helm"), self.context)
        return protocols.Surfaces(
            readers={
                KUBERNETES: cluster.ClusterReader(kubectl),
                HELM: charts.ChartReader(helm),
            },
            writers={
                KUBERNETES: cluster.ClusterWriter(kubectl),
                HELM: charts.ChartWriter(helm),
            },
        )

    def _program(self, name: str) -> tools.Program:
        path = self.folder / name
        return tools.Program(name=name, path=path if path.exists() else None)

    def change(self, edit: Callable[[dict[str, Any]], None]) -> None:
        """Changes the cluster by hand."""
        found = json.loads(self.state.read_text())
        edit(found)
        self.state.write_text(json.dumps(found))

    @property
    def live(self) -> Mapping[str, Any]:
        """What the cluster holds."""
        found: Mapping[str, Any] = json.loads(self.state.read_text())
        return found

    async def plan(self, *among: resources.Resource) -> plans.Plan:
        wanted, memory = deployments.state(*among), self.journal.memory
        interest = planning.interest(wanted, memory)
        seen = [
            await reader.observe(_of(surface, interest))
            for surface, reader in self.surfaces.readers.items()
        ]
        return planning.make_plan("production", wanted, seen, memory)

    async def apply(self, *among: resources.Resource) -> plans.Plan:
        plan = await self.plan(*among)
        await applying.apply(
            plan, self.surfaces, self.journal, in_memory_surfaces.SilentWatcher()
        )
        return plan


def _of(
    surface: resources.Surface, interest: Sequence[resources.Resource]
) -> Sequence[resources.Resource]:
    return [one for one in interest if one.identity.surface == surface.value]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def config_map(rules: str = "groups: []\n", **labels: str) -> resources.Resource:
    return kubernetes_objects.read(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": "prometheus-rules",
                "namespace": "monitoring",
                "labels": {"app": "prometheus"} | labels,
            },
            "data": {"http.yml": rules},
        }
    )


def service(**spec: object) -> resources.Resource:
    return kubernetes_objects.read(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "prometheus", "namespace": "monitoring"},
            "spec": {"ports": [{"name": "http", "port": 9090}]} | spec,
        }
    )


KEY = "v1/ConfigMap/monitoring/prometheus-rules"


async def test_what_was_applied_is_found_as_wanted_whatever_the_server_adds(
    world: World,
) -> None:
    plan = await world.apply(config_map(), service())
    assert [str(one.identity) for one in plan.pending] == [
        "kubernetes ConfigMap monitoring/prometheus-rules",
        "kubernetes Service monitoring/prometheus",
    ]
    stored = world.live["objects"]["v1/Service/monitoring/prometheus"]
    assert stored["spec"]["sessionAffinity"] == "None"
    assert (await world.plan(config_map(), service())).pending == ()


async def test_a_file_inside_an_object_is_compared_as_a_tree(world: World) -> None:
    await world.apply(config_map("a: {for: 2m}\n"))
    plan = await world.apply(config_map("a: {for: 5m}\n"))
    (change,) = plan.pending
    assert getattr(change, "lines", None) == ("data.http.yml.a.for: 2m → 5m",)


async def test_a_field_that_is_not_wanted_any_more_is_removed(world: World) -> None:
    await world.apply(config_map(team="a"))
    plan = await world.apply(config_map())
    (change,) = plan.pending
    assert getattr(change, "lines", None) == ("metadata.labels.team: removed (was a)",)
    assert "team" not in world.live["objects"][KEY]["metadata"]["labels"]


async def test_labels_that_others_add_are_theirs(world: World) -> None:
    await world.apply(config_map())
    world.change(
        lambda found: found["objects"][KEY]["metadata"]["labels"].update(theirs="b")
    )
    assert (await world.plan(config_map())).pending == ()


def _edit(found: dict[str, Any]) -> None:
    one = found["objects"][KEY]
    one["data"]["http.yml"] = "groups: [mine]\n"
    one["metadata"]["resourceVersion"] = "99"
    one["metadata"]["managedFields"].append(
        {
            "manager": "kubectl-edit",
            "operation": "Update",
            "fieldsV1": {"f:data": {"f:http.yml": {}}},
        }
    )


async def test_a_hand_edit_is_drift_and_is_taken_over_only_when_it_was_shown(
    world: World,
) -> None:
    await world.apply(config_map())
    world.change(_edit)
    plan = await world.plan(config_map())
    (change,) = plan.drifted
    assert change.drift is not None
    assert change.drift.lines == ("data.http.yml.groups[mine]: added mine",)
    await world.apply(config_map())
    assert world.live["objects"][KEY]["data"]["http.yml"] == "groups: []\n"
    assert (await world.plan(config_map())).pending == ()


async def test_a_hand_edit_since_the_plan_is_a_conflict(world: World) -> None:
    await world.apply(config_map())
    plan = await world.plan(config_map("groups: [new]\n"))
    world.change(_edit)
    with pytest.raises(errors.LiveChanged, match="left alone"):
        await applying.apply(
            plan, world.surfaces, world.journal, in_memory_surfaces.SilentWatcher()
        )
    assert world.live["objects"][KEY]["data"]["http.yml"] == "groups: [mine]\n"


async def test_a_stage_of_which_the_server_refuses_one_object_stores_none(
    world: World,
) -> None:
    with pytest.raises(errors.StageFailed, match="expected integer"):
        await world.apply(service(), service_of_two())
    assert world.live["objects"] == {}


def service_of_two() -> resources.Resource:
    return kubernetes_objects.read(
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "zoo", "namespace": "monitoring"},
            "spec": {"replicas": "two"},
        }
    )


async def test_objects_that_are_not_wanted_any_more_are_deleted(world: World) -> None:
    await world.apply(config_map(), service())
    await world.apply(service())
    assert list(world.live["objects"]) == ["v1/Service/monitoring/prometheus"]


async def test_without_kubectl_or_its_context_nothing_is_seen_and_it_is_said(
    world: World,
) -> None:
    world.context = "elsewhere"
    plan = await world.plan(config_map())
    assert plan.unseen == {
        config_map().identity: 'kubectl get: error: context "elsewhere" does not exist'
    }
    (world.folder / "kubectl").unlink()
    plan = await world.plan(config_map())
    assert plan.unseen == {
        config_map().identity: "kubectl not found; install it and run again"
    }


CHART = deployment.Chart(
    release="prometheus",
    chart="prometheus-community/prometheus",
    version="29.27.0",
    namespace="monitoring",
    values="helm/prometheus.yaml",
)


async def test_row_132_a_release_is_installed_with_its_version_and_twice_is_once(
    world: World,
) -> None:
    wanted = charts.want(CHART, {"server": {"retention": "40d"}})
    await world.apply(wanted)
    release = world.live["releases"]["monitoring/prometheus"]
    assert (release["chart"], release["revision"]) == ("prometheus-29.27.0", "1")
    assert (await world.plan(wanted)).pending == ()
    await world.apply(wanted)
    assert world.live["releases"]["monitoring/prometheus"] == release


async def test_a_release_is_upgraded_with_readable_differences_and_removed(
    world: World,
) -> None:
    await world.apply(charts.want(CHART, {"server": {"retention": "40d"}}))
    plan = await world.apply(charts.want(CHART, {"server": {"retention": "90d"}}))
    (change,) = plan.pending
    assert getattr(change, "lines", None) == ("values.server.retention: 40d → 90d",)
    assert world.live["releases"]["monitoring/prometheus"]["revision"] == "2"
    await world.apply()
    assert world.live["releases"] == {}


async def test_values_set_by_hand_are_drift_and_releases_of_others_are_theirs(
    world: World,
) -> None:
    wanted = charts.want(CHART, {"a": 1})
    await world.apply(wanted)

    def edit(found: dict[str, Any]) -> None:
        release = found["releases"]["monitoring/prometheus"]
        release["values"] = {"a": 2}
        found["releases"]["monitoring/loki"] = release | {"name": "loki"}

    world.change(edit)
    plan = await world.plan(wanted)
    assert [str(one) for one in plan.others] == ["helm release monitoring/loki"]
    (change,) = plan.drifted
    assert change.drift is not None
    assert change.drift.lines == ("values.a: 1 → 2",)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
async def test_the_real_kubectl_renders_an_overlay(tmp_path: Path) -> None:
    program = tools.Program(name="kubectl", path=Path(str(shutil.which("kubectl"))))
    (tmp_path / "kustomization.yaml").write_text(
        "namespace: monitoring\nresources: [one.yaml]\n"
    )
    (tmp_path / "one.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
    )
    said = await kubernetes.Kubectl(program, "").render(tmp_path)
    assert "namespace: monitoring" in said


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
async def test_where_the_operator_runs_objects_of_its_kinds_are_wanted(
    skillancer: monitoring.Monitoring,
) -> None:
    program = tools.Program(name="kubectl", path=Path(str(shutil.which("kubectl"))))
    production = skillancer.environments["production"]
    built = build.build(skillancer, production, (build.Target.KUBERNETES,))
    wanted = await clusters.want_objects(
        built,
        production.name,
        kubernetes.Kubectl(program, ""),
        "operator/production",
    )
    phases = {
        one.identity.kind: one.phase
        for one in wanted.values()
        if one.identity.kind.endswith("monitoring.coreos.com")
    }
    rules = resources.Phase.RULES
    assert phases == {
        "Prometheus.monitoring.coreos.com": resources.Phase.FOUNDATION,
        "PrometheusRule.monitoring.coreos.com": rules,
        "PodMonitor.monitoring.coreos.com": rules,
        "ServiceMonitor.monitoring.coreos.com": rules,
        "Probe.monitoring.coreos.com": rules,
        "ScrapeConfig.monitoring.coreos.com": rules,
    }
