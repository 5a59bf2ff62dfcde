"""What continuous integration reads of a run of proofs."""

import xml.etree.ElementTree as ET

from sightline.model import spans
from sightline.proofs import formatting, verdicts

PLACE = spans.Span(file="rules/shop.yml", line=3, column=5)

REPORT = verdicts.Report(
    proofs=(
        verdicts.Proof(alert="Sound", span=PLACE, fires=True),
        verdicts.Proof(
            alert="Loud",
            span=PLACE,
            broken=(
                verdicts.Finding(verdicts.Claim.SILENT, "fires although a < b & c"),
                verdicts.Finding(verdicts.Claim.TEXTS, 'says "nothing"'),
            ),
        ),
        verdicts.Proof(alert="Odd", span=PLACE, unshown='no estimate of "x"'),
    ),
    routings=(
        verdicts.Routing(
            alert="Sound",
            labels=(("priority", "P1"),),
            receivers=("mail",),
            channels=("email",),
        ),
        verdicts.Routing(
            alert="Loud", labels=(), receivers=(), channels=(), problem="tells nobody"
        ),
    ),
    messages=("mail: the subject is empty",),
    not_checked=("amtool not found",),
)


def test_each_alert_route_and_message_is_a_case_of_the_junit_report() -> None:
    assert formatting.render_junit(REPORT) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuite name="sightline prove" tests="7" failures="3" skipped="2">\n'
        '  <testcase name="Sound" classname="rules/shop.yml"/>\n'
        '  <testcase name="Loud" classname="rules/shop.yml"><failure>'
        'fires although a &lt; b &amp; c; says "nothing"</failure></testcase>\n'
        '  <testcase name="Odd" classname="rules/shop.yml">'
        "<skipped message='no estimate of \"x\"'/></testcase>\n"
        '  <testcase name="Sound (priority=P1)" classname="routes"/>\n'
        '  <testcase name="Loud ()" classname="routes">'
        "<failure>tells nobody</failure></testcase>\n"
        '  <testcase name="mail: the subject is empty" classname="messages">'
        "<failure>mail: the subject is empty</failure></testcase>\n"
        '  <testcase name="amtool not found" classname="not checked">'
        '<skipped message="amtool not found"/></testcase>\n'
        "</testsuite>\n"
    )


def test_the_junit_report_is_xml_whose_counts_are_those_of_its_cases() -> None:
    suite = ET.fromstring(formatting.render_junit(REPORT))  # noqa: S314  # our own text

    cases = suite.findall("testcase")
    assert {
        name: int(suite.attrib[name]) for name in ("tests", "failures", "skipped")
    } == {
        "tests": len(cases),
        "failures": sum(one.find("failure") is not None for one in cases),
        "skipped": sum(one.find("skipped") is not None for one in cases),
    }


def test_a_report_without_failures_is_one_that_is_ok() -> None:
    sound = verdicts.Report(proofs=REPORT.proofs[:1], routings=REPORT.routings[:1])

    assert sound.is_ok
    assert 'tests="2" failures="0" skipped="0"' in formatting.render_junit(sound)


def test_a_survivor_says_its_change_and_an_equivalent_its_reason() -> None:
    report = verdicts.Report(
        proofs=(),
        mutants=4,
        survivors=(verdicts.Survivor(alert="A", span=PLACE, change="1 becomes 2"),),
        equivalent=(
            verdicts.Survivor(
                alert="A", span=PLACE, change="`>` becomes `>=`", equivalent="is NaN"
            ),
        ),
    )

    assert formatting.render_text(report).splitlines()[0] == (
        "⚠ survived: A (rules/shop.yml:3:5): 1 becomes 2"
    )
    assert '"reason": "is NaN"' in formatting.render_json(report)
