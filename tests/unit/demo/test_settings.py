from pathlib import Path

from sightline.demo import settings


def test_what_is_written_as_arguments_is_read_back() -> None:
    told = settings.Settings(
        program="billing-svc",
        instance="billing-svc-2",
        port=8142,
        database_url="postgresql://skillancer@127.0.0.1:54320/skillancer",
        redis_address="127.0.0.1:63790",
        faults=Path("/run/faults"),
        storage=Path("/data"),
        peers={
            "payment-provider": ("127.0.0.1:8190",),
            "notification-svc": ("127.0.0.1:8151", "127.0.0.1:8152"),
        },
        rate=12.5,
        tls_port=8443,
    )

    assert settings.Settings.parse(told.to_argv()) == told
