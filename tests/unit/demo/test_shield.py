import random

import pytest

from sightline.demo import mischief, shield, visits


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        ("/.env?", "scan-1"),
        ("/.git/config?", "scan-1"),
        ("/wp-login.php?", "scan-1"),
        ("/api/search?category=%27%20or%201=1", "sqli-1-or"),
        ("/api/search?category=x%27+union+all+select+1", "sqli-1"),
        ("/api/search?category=%2527%20or%20%27%31%27=%271", "sqli-1-or"),
        ("/api/jobs/1?next=..%2f..%2fetc%2fpasswd", "traversal-1"),
        ("/api/jobs/1?next=%252e%252e%255cwindows", "traversal-1"),
        ("/api/search?category=%3Cscript%3Ealert(1)", "xss-1"),
    ],
)
def test_an_attack_breaks_its_rule_however_it_is_encoded(
    target: str, rule: str
) -> None:
    found = shield.find_attack(target)

    assert found is not None
    assert found.id == rule.replace("sqli-1-or", "sqli-2")


@pytest.mark.parametrize(
    "target",
    [
        "/api/jobs/17?",
        "/api/search?category=design",
        "/api/search?category=union+of+selected+designers",
        "/api/search?category=rock%27n%27roll+or+2+pianos",
        "/api/env?",
        "/api/search?category=a...b",
    ],
)
def test_honest_requests_break_no_rule(target: str) -> None:
    assert shield.find_attack(target) is None


@pytest.mark.parametrize(
    ("query", "is_violation"),
    [
        ("password=x", True),
        ("category=design&api_key=1", True),
        ("category=token", False),
        ("tokens=3", False),
        ("", False),
    ],
)
def test_credentials_in_a_query_are_seen_by_their_names(
    query: str, *, is_violation: bool
) -> None:
    assert shield.has_credentials(query) is is_violation


def test_users_never_break_a_rule_or_a_policy() -> None:
    visitors = visits.Visitors(random.Random("honest"))
    calls = [visitors.draw()[1] for _ in range(3000)]
    calls += [visitors.draw_page() for _ in range(3000)]

    assert {shield.find_attack(call.path) for call in calls} == {None}
    assert not any(shield.has_credentials(c.path.partition("?")[2]) for c in calls)


def test_strangers_break_rules_and_no_policy() -> None:
    chance = random.Random("mischief")
    drawn = [call for turn in range(6) for call in mischief.draw(chance, turn)]
    broken = {rule.id for c in drawn if (rule := shield.find_attack(c.path))}

    assert broken == {"scan-1", "sqli-1", "sqli-2", "traversal-1"}
    assert not any(shield.has_credentials(c.path.partition("?")[2]) for c in drawn)
