import pytest

from sightline.promql import ast, patterns


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("api", ("api",)),
        ("api|web", ("api", "web")),
        ("node-(1|2)", ("node-1", "node-2")),
        ("(?:a|b)c", ("ac", "bc")),
        (r"a\.b", ("a.b",)),
        ("", ("",)),
        ("5..", None),
        (".*", None),
        ("(a|b)(c|d)", None),
    ],
)
def test_a_pattern_that_spells_texts_out_gives_them(
    pattern: str, texts: tuple[str, ...] | None
) -> None:
    assert patterns.alternatives(pattern) == texts


@pytest.mark.parametrize(
    "pattern", [".*", "5..", "[a-c]+", "(?i)api", "x{2,3}", r"\pL"]
)
def test_what_re2_reads_is_no_mistake(pattern: str) -> None:
    assert patterns.find_mistake(pattern) is None


@pytest.mark.parametrize(
    "pattern", ["(?!a)b", "(?<=a)b", r"(a)\1", "(", "a**", "[b-a]"]
)
def test_what_re2_refuses_is_a_mistake(pattern: str) -> None:
    assert patterns.find_mistake(pattern) is not None


def test_a_pattern_matches_the_whole_text() -> None:
    accepts = patterns.accepts("5..")
    assert accepts is not None
    assert (accepts("503"), accepts("5030"), accepts("1503")) == (True, False, False)


@pytest.mark.parametrize("pattern", ["(a+)+b", "(a|aa)*b", "x" * 5_000 + ".*"])
def test_a_pattern_that_could_take_for_ever_is_not_tried(pattern: str) -> None:
    assert patterns.accepts(pattern) is None


@pytest.mark.parametrize(
    ("operator", "pattern", "matches"),
    [
        (ast.MatchOperator.EQUAL, "", True),
        (ast.MatchOperator.EQUAL, "a", False),
        (ast.MatchOperator.NOT_EQUAL, "a", True),
        (ast.MatchOperator.REGEX, ".*", True),
        (ast.MatchOperator.REGEX, ".+", False),
        (ast.MatchOperator.NOT_REGEX, "a|b", True),
        (ast.MatchOperator.NOT_REGEX, "a?", False),
    ],
)
def test_a_missing_label_is_an_empty_one(
    operator: ast.MatchOperator, pattern: str, *, matches: bool
) -> None:
    matcher = ast.Matcher(label="x", operator=operator, pattern=pattern)
    assert patterns.matches_absence(matcher) is matches
