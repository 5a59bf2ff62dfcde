from sightline.compilers import documents


def test_yaml_keeps_the_order_of_keys_and_writes_long_text_as_blocks() -> None:
    document: documents.Document = {
        "name": "b",
        "also": ["x", {"expr": "a\n  / b"}],
        "for": "1m",
    }
    assert documents.render_yaml(document) == (
        "name: b\nalso:\n  - x\n  - expr: |-\n      a\n        / b\nfor: 1m\n"
    )


def test_yaml_quotes_what_would_be_read_as_something_else() -> None:
    assert documents.render_yaml({"a": "5", "b": "no", "c": "P0"}) == (
        "a: '5'\nb: 'no'\nc: P0\n"
    )


def test_equal_parts_are_written_out_and_not_referred_to() -> None:
    part = {"x": 1}
    assert documents.render_yaml({"a": part, "b": part}) == "a:\n  x: 1\nb:\n  x: 1\n"


def test_json_is_indented_sorted_and_ends_with_a_newline() -> None:
    assert documents.render_json({"b": 1, "a": "ü"}) == '{\n  "a": "ü",\n  "b": 1\n}\n'
