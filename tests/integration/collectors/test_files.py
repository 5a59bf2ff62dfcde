"""SQLite databases, survey exports and certificate files, as they are collected."""

import datetime as dt
import shutil
import sqlite3
from pathlib import Path

import pytest

from sightline import errors
from sightline.clients import sqlite
from sightline.collectors import expiries, readings, survey_csv
from sightline.errors import FailureReason
from sightline.model import collecting, connections, spans, tables, units

pytestmark = pytest.mark.integration

NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)  # still the 23rd in New York
CERTIFICATES = Path(__file__).parents[2] / "cases/certificates"


@pytest.fixture
def database(tmp_path: Path) -> sqlite.Sqlite:
    file = tmp_path / "shop.db"
    with sqlite3.connect(file) as rows:
        rows.execute("CREATE TABLE orders (id INTEGER)")
    return sqlite.Sqlite(connections.Sqlite(file=file), lambda: NOW)


async def select(
    database: sqlite.Sqlite, text: str, timeout_seconds: float = 1.0
) -> tables.Table:
    query = collecting.Query(file="orders.sql", text=text, zone="America/New_York")
    return await database.select(query, most_rows=3, timeout_seconds=timeout_seconds)


async def fail(database: sqlite.Sqlite, text: str) -> FailureReason:
    with pytest.raises(errors.SourceFailed) as caught:
        await select(database, text, timeout_seconds=0.2)
    return caught.value.reason


async def test_days_and_months_begin_in_the_zone(database: sqlite.Sqlite) -> None:
    found = await select(database, "SELECT :now, :day_start, :month_start")
    now, day, month = (
        dt.datetime.fromtimestamp(float(str(cell)), dt.UTC) for cell in found.rows[0]
    )
    assert now == NOW
    assert day == dt.datetime(2026, 11, 23, 5, tzinfo=dt.UTC)
    assert month == dt.datetime(2026, 11, 1, 4, tzinfo=dt.UTC)  # in summer time


async def test_columns_are_known_without_rows(database: sqlite.Sqlite) -> None:
    found = await select(database, "SELECT id AS number FROM orders")
    assert found == tables.Table(columns=("number",), rows=())


async def test_nothing_can_be_written(database: sqlite.Sqlite) -> None:
    assert await fail(database, "INSERT INTO orders VALUES (1)") is FailureReason.QUERY


async def test_a_query_without_end_is_ended(database: sqlite.Sqlite) -> None:
    endless = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT max(i) FROM n"
    )
    assert await fail(database, endless) is FailureReason.TIMEOUT


async def test_a_missing_column_and_a_missing_file_are_told_apart(
    database: sqlite.Sqlite, tmp_path: Path
) -> None:
    assert await fail(database, "SELECT gone FROM orders") is FailureReason.QUERY
    absent = sqlite.Sqlite(connections.Sqlite(file=tmp_path / "no.db"), lambda: NOW)
    assert await fail(absent, "SELECT 1") is FailureReason.UNREACHABLE
    assert not (tmp_path / "no.db").exists()


def answers_in(folder: Path) -> survey_csv.CsvAnswers:
    declared = collecting.CsvAnswers(
        score_column="answer", time_column="at", window=units.Duration.parse("90d")
    )
    place = connections.Files(folder=folder, pattern="*.csv")
    return survey_csv.CsvAnswers(declared, place, lambda: NOW)


async def test_answers_of_the_window_are_counted_in_all_files(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "at,answer,comment\n"
        "2026-11-23T10:00:00Z,10,\n"
        '2026-11-23T10:00:00+02:00,10,"a, b"\n'
        "2026-08-01,0,too old\n"
    )
    (tmp_path / "b.csv").write_text("answer,at\n3,2026-11-01\n", encoding="utf-8-sig")
    assert await answers_in(tmp_path).count() == {10: 2, 3: 1}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("answer\n10\n", "a.csv:1: expected the column 'at'"),
        ("at,answer\n2026-11-23,11\n", "a.csv:2: expected a score from 0 to 10"),
        ("at,answer\n2026-11-23,\n", "a.csv:2: expected a score from 0 to 10"),
        ("at,answer\nyesterday,10\n", "a.csv:2: expected a time such as"),
    ],
)
async def test_a_line_that_is_no_answer_is_named(
    tmp_path: Path, text: str, expected: str
) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(errors.SourceFailed, match=expected) as caught:
        await answers_in(tmp_path).count()
    assert caught.value.reason is FailureReason.ANSWER


async def test_without_files_there_is_no_survey(tmp_path: Path) -> None:
    with pytest.raises(errors.SourceFailed, match="found none") as caught:
        await answers_in(tmp_path).count()
    assert caught.value.reason is FailureReason.UNREACHABLE


async def test_an_unreadable_certificate_hides_no_other(tmp_path: Path) -> None:
    shutil.copy(CERTIFICATES / "ninety-days.pem", tmp_path)
    (tmp_path / "broken.pem").write_text("-----BEGIN CERTIFICATE-----\nno\n")
    both = [(CERTIFICATES / name).read_text() for name in BOTH]
    (tmp_path / "chain.pem").write_text("".join(both))
    declared = collecting.CertificateSource(
        name="files",
        connection="files",
        pace=collecting.Pace(
            interval=units.Duration.parse("1m"),
            timeout=units.Duration.parse("10s"),
            expires_after=units.Duration.parse("3m"),
        ),
        environments=(),
        span=spans.Span(file="shop.yaml"),
        renewed_before=None,
    )
    place = connections.Files(folder=tmp_path, pattern="*.pem")
    reading = await expiries.FileCollector(declared, place).collect()

    after = "sightline_certificate_not_after_timestamp_seconds"
    readable = "sightline_certificate_readable"
    end = dt.datetime(2027, 2, 22, 3, 30, 37, tzinfo=dt.UTC).timestamp()
    assert by_target(reading, after) == {"chain.pem": end, "ninety-days.pem": end}
    assert by_target(reading, readable) == {
        "broken.pem": 0,
        "chain.pem": 1,
        "ninety-days.pem": 1,
    }


BOTH = ("forty-years.pem", "ninety-days.pem")


def by_target(reading: readings.Reading, name: str) -> dict[str, float]:
    (family,) = [one for one in reading.families if one.name == name]
    return {sample.labels["target"]: sample.value for sample in family.samples}
