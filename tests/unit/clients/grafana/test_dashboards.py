import json

import httpx
import pytest

from sightline import errors
from sightline.clients import grafana
from support.grafana import answers, holdings, memory, serving

FORMS = [
    grafana.CLASSIC,
    grafana.choose(grafana.Health("ok", "13.2.0"), grafana.Api.RESOURCES),
]
SPOKEN = pytest.mark.parametrize("spoken", FORMS, ids=["api", "apis"])
DOCUMENT = {"title": "Executive", "tags": ["ours"], "panels": []}


def _save(**changes: object) -> grafana.SaveDashboard:
    facts: dict[str, object] = {
        "uid": "executive",
        "document": DOCUMENT,
        "folder_uid": "",
        "message": "deployed",
    }
    return grafana.SaveDashboard(**{**facts, **changes})  # type: ignore[arg-type]


@SPOKEN
async def test_saved_dashboard_is_read_back_as_it_was(
    server: memory.MemoryGrafana, reach: grafana.Connection, spoken: grafana.Forms
) -> None:
    server.holds.folders["ours"] = holdings.FolderState("Ours")
    writer = grafana.GrafanaWriter(reach, spoken)
    revision = await writer.save_dashboard(_save(folder_uid="ours"))
    stored = await grafana.Grafana(reach, spoken).fetch_stored("executive")
    assert stored is not None
    assert DOCUMENT.items() <= stored.document.items()
    assert (stored.uid, stored.folder_uid, stored.revision, stored.is_managed) == (
        "executive",
        "ours",
        revision,
        False,
    )
    assert server.holds.boards["executive"].message == "deployed"


@SPOKEN
async def test_replacing_what_was_read_succeeds_once(
    server: memory.MemoryGrafana, reach: grafana.Connection, spoken: grafana.Forms
) -> None:
    writer = grafana.GrafanaWriter(reach, spoken)
    first = await writer.save_dashboard(_save())
    changed = {**DOCUMENT, "refresh": "5m"}
    second = await writer.save_dashboard(_save(document=changed, replaces=first))
    assert second != first
    with pytest.raises(errors.EditConflict):
        await writer.save_dashboard(_save(replaces=first))
    assert server.holds.boards["executive"].document["refresh"] == "5m"


@SPOKEN
async def test_edit_by_hand_is_never_overwritten_in_silence(
    server: memory.MemoryGrafana, reach: grafana.Connection, spoken: grafana.Forms
) -> None:
    writer = grafana.GrafanaWriter(reach, spoken)
    first = await writer.save_dashboard(_save())
    server.holds.edit_board("executive", description="by hand")
    with pytest.raises(errors.EditConflict, match="saving the dashboard 'executive'"):
        await writer.save_dashboard(_save(replaces=first))
    assert server.holds.boards["executive"].document["description"] == "by hand"


@SPOKEN
async def test_overwriting_takes_what_is_there(
    server: memory.MemoryGrafana, reach: grafana.Connection, spoken: grafana.Forms
) -> None:
    server.holds.put_board("executive", {"description": "by hand"})
    writer = grafana.GrafanaWriter(reach, spoken)
    await writer.save_dashboard(_save(overwrite=True))
    assert "description" not in server.holds.boards["executive"].document


@SPOKEN
async def test_new_dashboard_takes_nobodys_uid(
    server: memory.MemoryGrafana, reach: grafana.Connection, spoken: grafana.Forms
) -> None:
    server.holds.put_board("executive", {"title": "Somebody's"})
    writer = grafana.GrafanaWriter(reach, spoken)
    with pytest.raises(errors.ChangeRefused):
        await writer.save_dashboard(_save())
    assert server.holds.boards["executive"].document["title"] == "Somebody's"


@SPOKEN
async def test_deleting_says_whether_there_was_anything(
    server: memory.MemoryGrafana, reach: grafana.Connection, spoken: grafana.Forms
) -> None:
    server.holds.put_board("executive")
    writer = grafana.GrafanaWriter(reach, spoken)
    assert await writer.delete_dashboard("executive") is True
    assert await writer.delete_dashboard("executive") is False
    assert await grafana.Grafana(reach, spoken).fetch_stored("executive") is None


async def test_numbers_of_another_grafana_are_never_sent(
    server: memory.MemoryGrafana,
    transport: serving.GrafanaTransport,
    reach: grafana.Connection,
) -> None:
    sent: list[object] = []

    def keep(request: httpx.Request) -> httpx.Response:
        sent.append(json.loads(request.content))
        return server.answer(request)

    transport.break_next("POST", "/db", keep)
    document = {**DOCUMENT, "id": 77, "version": 9}
    writer = grafana.GrafanaWriter(reach, grafana.CLASSIC)
    await writer.save_dashboard(_save(document=document, overwrite=True))
    assert sent == [
        {
            "dashboard": {**DOCUMENT, "id": None, "uid": "executive"},
            "folderUid": "",
            "message": "deployed",
            "overwrite": True,
        }
    ]


async def test_same_title_in_the_folder_is_a_taken_name(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    server.holds.put_board("other", {"title": "Executive"})
    with pytest.raises(errors.NameTaken) as raised:
        await grafana.GrafanaWriter(reach, grafana.CLASSIC).save_dashboard(_save())
    assert str(raised.value) == (
        "asked Grafana at http://grafana.test for saving the dashboard 'executive':"
        " status 412: A dashboard with the same name in the folder already exists"
    )


async def test_provisioned_dashboard_is_managed_elsewhere(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    server.holds.put_board("executive", provisioned=True)
    writer = grafana.GrafanaWriter(reach, grafana.CLASSIC)
    with pytest.raises(errors.ManagedElsewhere, match="save provisioned"):
        await writer.save_dashboard(_save(overwrite=True))
    with pytest.raises(errors.ManagedElsewhere, match="cannot be deleted"):
        await writer.delete_dashboard("executive")
    stored = await grafana.Grafana(reach).fetch_stored("executive")
    assert stored is not None
    assert stored.is_managed


@pytest.mark.parametrize(
    ("document", "status", "words"),
    [
        ({"title": ""}, 400, "Dashboard title cannot be empty"),
        ({"title": "x", "panels": {}}, 422, "unprocessable dashboard"),
        ({"title": "x", "elements": {}}, 400, "dashboard appears to be in v2 format"),
    ],
)
async def test_document_that_grafana_refuses_keeps_its_words(
    reach: grafana.Connection, document: answers.Json, status: int, words: str
) -> None:
    writer = grafana.GrafanaWriter(reach, grafana.CLASSIC)
    with pytest.raises(errors.ChangeRefused) as raised:
        await writer.save_dashboard(_save(document=document))
    assert str(raised.value) == (
        "asked Grafana at http://grafana.test for saving the dashboard 'executive':"
        f" status {status}: {words}"
    )


async def test_dashboard_for_a_folder_that_is_gone_finds_it_missing(
    reach: grafana.Connection,
) -> None:
    writer = grafana.GrafanaWriter(reach, grafana.CLASSIC)
    with pytest.raises(errors.ObjectMissing, match="folder not found"):
        await writer.save_dashboard(_save(folder_uid="gone"))


async def test_search_reads_every_page_and_chooses_by_folder_and_tag(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    for number in range(1200):
        tags = ["ours"] if number < 1100 else []
        server.holds.put_board(f"d{number}", {"tags": tags}, folder="a")
    server.holds.put_board("elsewhere", {"tags": ["ours"]}, folder="b")
    reader = grafana.Grafana(reach)
    found = await reader.search_dashboards(folder_uids=["a"], tags=["ours"])
    assert {one.uid for one in found} == {f"d{number}" for number in range(1100)}
    assert len(server.asked) == 2


async def test_name_of_a_dashboard_stays_one_part_of_the_path(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    assert await grafana.Grafana(reach).fetch_stored("../../health") is None
    assert server.asked == [("GET", "/api/dashboards/uid/..%2F..%2Fhealth")]
