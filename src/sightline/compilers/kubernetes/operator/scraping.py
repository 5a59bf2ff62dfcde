"""What is scraped, as the operator's kinds say it.

Pods of services and exporters are a `PodMonitor`, what has a Service of ours is a
`ServiceMonitor`, addresses that are asked through the blackbox exporter are a `Probe`.
What these cannot say, fixed targets and the health of every single pod, is a
`ScrapeConfig`.
"""

from collections.abc import Iterator, Sequence
from typing import Final, assert_never

from sightline.compilers import documents, programs
from sightline.compilers.kubernetes import objects
from sightline.compilers.kubernetes.operator import targets
from sightline.compilers.prometheus import cluster_scrapes, whereabouts
from sightline.model import environments, monitoring, placement, sources

__all__ = ["compile_scraping"]

_HEALTH: Final = "service-health"


def compile_scraping(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    cluster: placement.Kubernetes,
) -> objects.Objects:
    """Gives an object for every scrape job, and one for every probe."""
    maker = _Maker(declared, environment, cluster)
    return [
        maker.services(),
        *maker.health(),
        *maker.probes(),
        *(maker.exporter(exporter) for exporter in declared.exporters),
    ]


class _Maker:
    """Makes the objects of one environment."""

    def __init__(
        self,
        declared: monitoring.Monitoring,
        environment: environments.Environment,
        cluster: placement.Kubernetes,
    ) -> None:
        self._declared = declared
        self._environment = environment
        self._cluster = cluster
        jobs = cluster_scrapes.compile_cluster_scrapes(declared, environment)
        self._jobs = {str(job["job_name"]): job for job in map(targets.mapping, jobs)}

    def services(self) -> objects.Object:
        services = self._declared.services
        teams: dict[str, list[str]] = {}
        for name, service in services.items():
            teams.setdefault(service.team, []).append(name)
        return targets.pod_monitor(
            "services",
            self._beside_services(list(services)),
            {"port": self._cluster.port_name},
            [
                targets.copy(targets.pod_label(self._cluster.name_label), "service"),
                *(
                    {
                        "sourceLabels": ["service"],
                        "regex": "|".join(members),
                        **targets.put("team", team),
                    }
                    for team, members in teams.items()
                ),
            ],
        )

    def health(self) -> Iterator[objects.Object]:
        """Gives what asks each pod for its health, one object for each path."""
        for name, job in self._jobs.items():
            if name.startswith(_HEALTH):
                yield targets.scrape_config(name, job)

    def probes(self) -> Iterator[objects.Object]:
        url = cluster_scrapes.blackbox_address(self._cluster)
        for probe in self._declared.probes:
            address = programs.probe_address(probe, self._environment)
            if address is not None:
                yield targets.probe(probe, address, url)

    def exporter(self, exporter: sources.Exporter) -> objects.Object:
        job = exporter.job
        endpoint: objects.Object = {
            # An exporter speaks for others, and knows better whose its series are.
            "honorLabels": True,
            "path": whereabouts.metrics_path(exporter),
        }
        whose = [
            targets.put("service", exporter.service),
            targets.put("team", exporter.team),
        ]
        match whereabouts.locate(exporter, self._environment):
            case whereabouts.Fixed():
                return targets.scrape_config(job, self._jobs[job])
            case whereabouts.Kubelets():
                return targets.kubelet_monitor(job, endpoint, whose)
            case whereabouts.Own(program=program):
                return self._own(job, program, endpoint, whose)
            case whereabouts.AmongServices():
                endpoint = {"port": self._cluster.port_name, **endpoint}
                pods = self._beside_services([job])
                return targets.pod_monitor(job, pods, endpoint, whose)
            case other:
                assert_never(other)

    def _own(
        self,
        job: str,
        program: placement.Program,
        endpoint: objects.Object,
        whose: Sequence[documents.Document],
    ) -> objects.Object:
        within = self._cluster.namespace
        endpoint = {"port": "http", **endpoint}
        labels: documents.Document = {"matchLabels": objects.selector(program)}
        found = targets.Found(namespace=within, selector=labels)
        if programs.FACTS[program].per_machine:
            return targets.pod_monitor(job, found, endpoint, whose)
        return targets.service_monitor(job, found, endpoint, whose)

    def _beside_services(self, names: Sequence[str]) -> targets.Found:
        named: documents.Document = {
            "key": self._cluster.name_label,
            "operator": "In",
            "values": list(names),
        }
        return targets.Found(
            namespace=self._cluster.services_namespace,
            selector={"matchExpressions": [named]},
        )
