"""What the engine prints is read back whole."""

from sightline.proofs import answers

OUTPUT = r"""
  FAILED:
    expr: "ALERTS{alertname!=\"#7\"}", time: 50m,
        exp: nil
        got: {__name__="ALERTS", alertname="A", alertstate="firing", q="a\"b"} 1E+00, {__name__="ALERTS", alertname="A", alertstate="pending"} 1E+00
    name: #7,
    alertname: A, time: 50m,
        exp:[],
        got:[
            0:
              Labels:{alertname="A", q="a\"b"}
              Annotations:{summary="is \"high\""}
            ]
    rule: am3, time: 0s, err: many-to-many matching not allowed
  FAILED:
r.json: 5:15: group "g", rule 1, "B": could not parse expression: 1:1: parse error: no
"""  # noqa: E501 - as the engine prints it


def test_alerts_texts_and_refusals_are_read() -> None:
    said = answers.read_answers([OUTPUT])

    assert said.at(7, 3000.0) == {
        answers.Instance("A", is_firing=True, labels=frozenset({("q", 'a"b')})),
        answers.Instance("A", is_firing=False, labels=frozenset()),
    }
    assert said.notices == {
        7: (answers.Notice({"alertname": "A", "q": 'a"b'}, {"summary": 'is "high"'}),)
    }
    assert said.refused == {
        "am3": "many-to-many matching not allowed",
        "B": "could not parse expression: 1:1: parse error: no",
    }


def test_no_answer_means_no_alert() -> None:
    assert answers.read_answers([""]).at(1, 60.0) == frozenset()
