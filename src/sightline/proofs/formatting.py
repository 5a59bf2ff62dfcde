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
    """Writes what continuous integration reads: a test case for each alert."""
    refuted = len(report.of(verdicts.Verdict.REFUTED))
    skipped = len(report.of(verdicts.Verdict.NOT_PROVEN))
    head = (
        f'<testsuite name="sightline prove" tests="{len(report.proofs)}" '
        f'failures="{refuted}" skipped="{skipped}">'
    )
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', head]
    lines += [_case(proof) for proof in report.proofs]
    return "\n".join([*lines, "</testsuite>"]) + "\n"


def _case(proof: verdicts.Proof) -> str:
    start = (
        f"  <testcase name={quoteattr(proof.alert)} "
        f"classname={quoteattr(str(proof.span.file))}"
    )
    match proof.verdict:
        case verdicts.Verdict.PROVEN:
            return f"{start}/>"
        case verdicts.Verdict.REFUTED:
            return f"{start}><failure>{escape(proof.reason)}</failure></testcase>"
        case verdicts.Verdict.NOT_PROVEN:
            message = quoteattr(proof.reason)
            return f"{start}><skipped message={message}/></testcase>"
