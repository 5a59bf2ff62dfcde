import pytest

from sightline import errors
from sightline.verify import alert_routes


def _routes(**route: object) -> alert_routes.Routes:
    return alert_routes.read_routes(
        {
            "route": {"receiver": "root", **route},
            "receivers": [
                {"name": "root", "webhook_configs": [{}], "email_configs": [{}, {}]},
                {"name": "quiet"},
            ],
        }
    )


def test_alert_that_no_child_takes_stays_with_the_root() -> None:
    routes = _routes(routes=[{"receiver": "a", "matchers": ['priority="P0"']}])
    assert routes.receivers_of({"priority": "P1"}) == ("root",)


def test_first_matching_child_takes_the_alert() -> None:
    routes = _routes(
        routes=[
            {"receiver": "a", "matchers": ['priority="P0"']},
            {"receiver": "b", "matchers": ['priority=~"P."']},
        ]
    )
    assert routes.receivers_of({"priority": "P0"}) == ("a",)


def test_continue_hands_the_alert_to_the_next_child_too() -> None:
    routes = _routes(
        routes=[
            {"receiver": "a", "matchers": ['priority="P0"'], "continue": True},
            {"receiver": "b", "matchers": ['priority=~"P."']},
            {"receiver": "c"},
        ]
    )
    assert routes.receivers_of({"priority": "P0"}) == ("a", "b")


def test_route_whose_children_all_refuse_keeps_the_alert() -> None:
    nested = {"receiver": "b", "matchers": ['team="x"']}
    routes = _routes(
        routes=[{"receiver": "a", "matchers": ['p="0"'], "routes": [nested]}]
    )
    assert routes.receivers_of({"p": "0", "team": "y"}) == ("a",)
    assert routes.receivers_of({"p": "0", "team": "x"}) == ("b",)


def test_route_without_receiver_inherits_it() -> None:
    routes = _routes(routes=[{"matchers": ['priority="P0"']}])
    assert routes.receivers_of({"priority": "P0"}) == ("root",)


def test_old_matchers_are_read_too() -> None:
    routes = _routes(
        routes=[{"receiver": "a", "match": {"x": "1"}, "match_re": {"y": "2|3"}}]
    )
    assert routes.receivers_of({"x": "1", "y": "3"}) == ("a",)
    assert routes.receivers_of({"x": "1", "y": "23"}) == ("root",)


def test_integration_counts_as_often_as_it_is_configured() -> None:
    channels = _routes().channels
    assert channels == {"root": ("webhook", "email", "email"), "quiet": ()}


def test_a_file_without_routes_is_refused() -> None:
    with pytest.raises(errors.InputError, match=r"^alertmanager\.yml: "):
        alert_routes.read_routes({"receivers": []})


@pytest.mark.parametrize(
    ("text", "matchers"),
    [
        ('a="b"', [("a", "=", "b")]),
        ("a=b", [("a", "=", "b")]),
        ("a = b c ", [("a", "=", "b c")]),
        ('a=~"b|c"', [("a", "=~", "b|c")]),
        ('a!~"x,y"', [("a", "!~", "x,y")]),
        ('{a="b",c!="d"}', [("a", "=", "b"), ("c", "!=", "d")]),
        ('a="b",c="d"', [("a", "=", "b"), ("c", "=", "d")]),
        ('"sub.service"="x"', [("sub.service", "=", "x")]),
        (r'a="say \"hi\"\\"', [("a", "=", 'say "hi"\\')]),
        ('a=""', [("a", "=", "")]),
    ],
)
def test_matchers_are_read(text: str, matchers: list[tuple[str, str, str]]) -> None:
    assert alert_routes.parse_matchers(text) == tuple(
        alert_routes.Matcher(*one) for one in matchers
    )


@pytest.mark.parametrize("text", ["a", "=b", 'a="b" c', "{a}"])
def test_what_is_no_matcher_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a matcher"):
        alert_routes.parse_matchers(text)


@pytest.mark.parametrize(
    ("sign", "text", "holds"),
    [("=", "", True), ("!=", "", False), ("=~", "", True), ("!~", ".+", True)],
)
def test_missing_label_is_empty(sign: str, text: str, *, holds: bool) -> None:
    assert alert_routes.Matcher("a", sign, text).matches({}) is holds
