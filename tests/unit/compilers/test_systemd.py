"""Units for plain machines: what they run, where it listens, and what they see."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from sightline.compilers import systemd
from sightline.compilers.systemd import units
from sightline.model import deployment, environments, monitoring, placement
from support import builders


@pytest.fixture(scope="module")
def production(skillancer: monitoring.Monitoring) -> environments.Environment:
    return skillancer.environments["production"]


def _compile(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> Mapping[str, str]:
    built = systemd.compile_systemd(declared, environment)
    return {str(one.path).removeprefix("systemd/"): one.text for one in built}


@pytest.fixture(scope="module")
def files(
    skillancer: monitoring.Monitoring, production: environments.Environment
) -> Mapping[str, str]:
    return _compile(skillancer, production)


def _words(text: str) -> list[str]:
    (line,) = [
        one
        for one in text.replace("\\\n", "").splitlines()
        if one.startswith("ExecStart=")
    ]
    return line.removeprefix("ExecStart=").split()


def test_every_program_that_the_spec_has_work_for_is_a_unit(
    files: Mapping[str, str],
) -> None:
    assert {name for name in files if name.endswith(".service")} == {
        f"sightline-{name}.service"
        for name in (
            "prometheus",
            "alertmanager",
            "blackbox-exporter",
            "postgres-exporter",
            "redis-exporter",
            "node-exporter",
            "process-exporter",
            "collectors",
            "console",
        )
    }


def test_one_target_starts_and_stops_all_of_them(files: Mapping[str, str]) -> None:
    target = files["sightline.target"]
    for name, text in files.items():
        if name.endswith(".service"):
            assert name in target
            assert "PartOf=sightline.target\n" in text
            assert "WantedBy=sightline.target\n" in text


def test_a_secret_is_shown_as_a_credential_and_named_by_file(
    files: Mapping[str, str],
) -> None:
    text = files["sightline-postgres-exporter.service"]
    shown = "/run/credentials/sightline-postgres-exporter.service/postgres-password"
    kept = "/etc/sightline/credentials/postgres-password"
    assert f"Environment=DATA_SOURCE_PASS_FILE={shown}\n" in text
    assert f"LoadCredential=postgres-password:{kept}\n" in text
    settings = files["collect.yaml"]
    place = "/run/credentials/sightline-collectors.service"
    assert f"password_file: {place}/postgres-password\n" in settings


def test_alertmanager_reads_its_secrets_where_its_configuration_says(
    skillancer: monitoring.Monitoring, production: environments.Environment
) -> None:
    name = "sightline-alertmanager.service"
    elsewhere = _compile(skillancer, production)
    assert "SupplementaryGroups=sightline-secrets\n" in elsewhere[name]
    assert elsewhere["sysusers.d/sightline.conf"] == "g sightline-secrets -\n"
    shown = replace(production, secrets_directory=f"/run/credentials/{name}")
    credentials = _compile(skillancer, shown)
    kept = "/etc/sightline/credentials"
    assert f"LoadCredential=webhook-url:{kept}/webhook-url\n" in credentials[name]
    assert "SupplementaryGroups" not in credentials[name]
    assert "sysusers.d/sightline.conf" not in credentials


def test_one_machine_listens_to_itself_and_several_to_one_another(
    skillancer: monitoring.Monitoring, production: environments.Environment
) -> None:
    several = _words(_compile(skillancer, production)["sightline-prometheus.service"])
    assert "--web.listen-address=0.0.0.0:9090" in several
    alone = _compile(skillancer, replace(production, replicas={}))
    for name in ("prometheus", "alertmanager", "node-exporter"):
        words = _words(alone[f"sightline-{name}.service"])
        assert any("listen-address=127.0.0.1:" in word for word in words)
    assert "--cluster.listen-address=" in _words(
        alone["sightline-alertmanager.service"]
    )


def test_alertmanagers_meet_at_the_addresses_that_they_are_deployed_to(
    skillancer: monitoring.Monitoring, production: environments.Environment
) -> None:
    servers = tuple(f"http://am-{number}:9093" for number in (1, 2, 3))
    place = deployment.Deployment(
        alertmanager=deployment.Directory(path="/etc/alertmanager", servers=servers)
    )
    files = _compile(skillancer, replace(production, deploy=place))
    words = _words(files["sightline-alertmanager.service"])
    assert [word for word in words if "cluster" in word] == [
        "--cluster.listen-address=0.0.0.0:9094",
        "--cluster.peer=am-1:9094",
        "--cluster.peer=am-2:9094",
        "--cluster.peer=am-3:9094",
    ]


def test_samples_are_kept_for_the_time_that_the_environment_says(
    files: Mapping[str, str], production: environments.Environment
) -> None:
    words = _words(files["sightline-prometheus.service"])
    assert f"--storage.tsdb.retention.time={production.retention}" in words
    assert "MemoryMax=8192M\n" in files["sightline-prometheus.service"]


def test_every_unit_runs_as_a_user_of_its_own_without_privileges(
    files: Mapping[str, str],
) -> None:
    for name, text in files.items():
        if name.endswith(".service"):
            assert {
                "DynamicUser=yes",
                "ProtectSystem=strict",
                "NoNewPrivileges=yes",
            } <= {*text.splitlines()}, name


def test_a_machine_without_connections_has_no_collectors() -> None:
    declared = builders.declaration()
    files = _compile(declared, builders.environment("production"))
    assert "sightline-collectors.service" not in files
    assert "collect.yaml" not in files


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("--a=b", "--a=b"),
        ("--a=b c", '"--a=b c"'),
        ('say "x"', '"say \\"x\\""'),
        ("50%", "50%%"),
        ("$HOME", "$$HOME"),
        ("it's", '"it\'s"'),
    ],
)
def test_a_word_reaches_the_program_as_it_is(word: str, written: str) -> None:
    unit = units.Unit(
        program=placement.Program.PROMETHEUS,
        description="Prometheus",
        words=("prometheus", word),
        room=placement.DEFAULT_ROOMS[placement.Program.PROMETHEUS],
    )
    assert f"ExecStart=prometheus \\\n  {written}\n" in units.artifact(unit).text
