from sightline.app import live
from sightline.stack import ports, profiles
from support import builders


def test_every_profile_has_a_port_of_its_own_for_each_of_its_servers() -> None:
    for profile in profiles.Profile:
        defaults = {**ports.DEFAULTS, **profile.ports}
        assert len(set(defaults.values())) == len(defaults)
        assert {*profile.prometheus, *profile.alertmanagers} <= defaults.keys()
        assert set(profile.programs) <= defaults.keys()


def test_a_stack_that_grows_keeps_the_names_that_it_had() -> None:
    single, pair, distributed = profiles.Profile
    assert pair.prometheus[:1] == single.prometheus
    assert pair.alertmanagers[:1] == single.alertmanagers
    assert distributed.prometheus == pair.prometheus
    assert distributed.alertmanagers == pair.alertmanagers


def test_the_environment_is_what_runs() -> None:
    local = builders.environment(live.LOCAL)
    alone = live.at_ports(local, {"prometheus": 1, "alertmanager": 2})
    assert dict(alone.replicas) == {"prometheus": 1, "alertmanager": 1}
    assert alone.facilities == frozenset()

    running = {**profiles.Profile.DISTRIBUTED.ports, "prometheus": 1, "alertmanager": 2}
    whole = live.at_ports(local, running)
    assert dict(whole.replicas) == {"prometheus": 2, "alertmanager": 3}
    assert whole.facilities == {"alertmanager-cluster", "remote-write"}
    assert whole.remote_write is not None
    assert whole.remote_write.url == "http://127.0.0.1:8428/api/v1/write"
