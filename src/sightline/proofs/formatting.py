"""A report of proofs as text, JSON and JUnit."""

import json
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from sightline.proofs import verdicts

__all__ = ["render_json", "render_junit", "render_text"]

_MARKS: Final = {
    verdicts.Verdict.PROVEN: "✅",
    verdicts.Verdict.REFUTED: "❌",
    verdicts.Verdict.NOT_PROVEN: "⚠",
}


def render_text(report: verdicts.Report) -> str:
    """Writes what people read: what is not proven first, then the figures."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: verdicts.Report) -> Iterator[str]:
    for proof in report.proofs:
        if proof.verdict is not verdicts.Verdict.PROVEN:
            mark = _MARKS[proof.verdict]
            yield f"{mark} {proof.alert} ({proof.span}): {proof.reason}"
    for routing in report.routings:
        if routing.problem:
            yield f"❌ {routing.alert}: {routing.problem}"
    for message in report.messages:
        yield f"❌ {message}"
    for survivor in report.survivors:
        yield f"⚠ survived: {survivor.alert} ({survivor.span}): {survivor.change}"
    for reason in report.not_checked:
        yield f"⚠ not checked: {reason}"
    yield from report.notes
    yield from _figures(report)


def _figures(report: verdicts.Report) -> Iterator[str]:
    total = len(report.proofs)
    proven = len(report.of(verdicts.Verdict.PROVEN))
    firing = sum(proof.fires for proof in report.proofs)
    shown = sum(proof.boundaries for proof in report.proofs)
    comparisons = sum(proof.comparisons for proof in report.proofs)
    yield (
        f"{proven} of {total} alerts proven ({_share(proven, total)}); "
        f"{len(report.of(verdicts.Verdict.REFUTED))} refuted, "
        f"{len(report.of(verdicts.Verdict.NOT_PROVEN))} not proven"
    )
    yield f"{firing} of {total} fired on the engine ({_share(firing, total)})"
    yield f"{shown} of {comparisons} comparisons shown on both sides"
    if report.routings:
        kept = sum(not one.problem for one in report.routings)
        yield f"{kept} of {len(report.routings)} routes as promised"
    if report.mutants:
        killed = report.mutants - len(report.survivors)
        yield (
            f"{killed} of {report.mutants} mutants killed "
            f"({_share(killed, report.mutants)}); "
            f"{len(report.equivalent)} more are equivalent"
        )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "none"


def render_json(report: verdicts.Report) -> str:
    """Writes what programs read."""
    document = {
        "alerts": len(report.proofs),
        "proven": len(report.of(verdicts.Verdict.PROVEN)),
        "refuted": [_proof(one) for one in report.of(verdicts.Verdict.REFUTED)],
        "not_proven": [_proof(one) for one in report.of(verdicts.Verdict.NOT_PROVEN)],
        "mutants": {
            "total": report.mutants,
            "killed": report.mutants - len(report.survivors),
            "survivors": [_survivor(one) for one in report.survivors],
            "equivalent": [_survivor(one) for one in report.equivalent],
        },
        "fired": sum(proof.fires for proof in report.proofs),
        "routes": [
            {
                "alert": one.alert,
                "labels": dict(one.labels),
                "receivers": list(one.receivers),
                "channels": list(one.channels),
                "problem": one.problem,
            }
            for one in report.routings
        ],
        "proofs": [
            {
                **_proof(one),
                "verdict": one.verdict.value,
                "boundaries": one.boundaries,
                "comparisons": one.comparisons,
                "losses": dict(one.stated),
            }
            for one in report.proofs
        ],
        "messages": list(report.messages),
        "not_checked": list(report.not_checked),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _proof(proof: verdicts.Proof) -> dict[str, object]:
    return {
        "alert": proof.alert,
        "file": proof.span.file,
        "line": proof.span.line,
        "reason": proof.reason,
        "claims": [finding.claim.value for finding in proof.broken],
    }


def _survivor(survivor: verdicts.Survivor) -> dict[str, object]:
    return {
        "alert": survivor.alert,
        "file": survivor.span.file,
        "line": survivor.span.line,
        "change": survivor.change,
        "reason": survivor.equivalent,
    }


def render_junit(report: verdicts.Report) -> str:
    """Writes what continuous integration reads: a test case for each alert.

    What is wrong with routes and messages are failures of their own, and what was not
    checked is skipped: nothing passes that made the run fail.
    """
    cases = list(_cases(report))
    failures = sum("<failure>" in case for case in cases)
    skipped = sum("<skipped " in case for case in cases)
    head = (
        f'<testsuite name="sightline prove" tests="{len(cases)}" '
        f'failures="{failures}" skipped="{skipped}">'
    )
    begin = '<?xml version="1.0" encoding="UTF-8"?>'
    return "\n".join([begin, head, *cases, "</testsuite>"]) + "\n"


def _cases(report: verdicts.Report) -> Iterator[str]:
    for proof in report.proofs:
        place, reason = str(proof.span.file), proof.reason
        is_shown = proof.verdict is not verdicts.Verdict.NOT_PROVEN
        yield _case(proof.alert, place, reason, is_checked=is_shown)
    for route in report.routings:
        labels = ", ".join(f"{name}={text}" for name, text in route.labels)
        yield _case(f"{route.alert} ({labels})", "routes", route.problem)
    for message in report.messages:
        yield _case(message, "messages", message)
    for reason in report.not_checked:
        yield _case(reason, "not checked", reason, is_checked=False)


def _case(name: str, place: str, reason: str, *, is_checked: bool = True) -> str:
    start = f"  <testcase name={quoteattr(name)} classname={quoteattr(place)}"
    if not reason:
        return f"{start}/>"
    if not is_checked:
        return f"{start}><skipped message={quoteattr(reason)}/></testcase>"
    return f"{start}><failure>{escape(reason)}</failure></testcase>"
