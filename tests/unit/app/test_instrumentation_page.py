from sightline import instrument
from sightline.app.reference import instrumentation
from sightline.instrument.queues import arq


def test_every_name_is_there_with_its_arguments_and_its_meaning() -> None:
    page = instrumentation.render()
    assert "|  |" not in page
    for name in (*instrument.__all__, *arq.__all__):
        assert f"\n| `{name}`" in page or f"\n| `{name}(" in page
    assert (
        "| `Route(method, template, operation, statuses)` "
        "| One method of one template, and the class of operation that it is. |"
    ) in page
