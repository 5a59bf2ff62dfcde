from sightline.stack import guard


def test_what_was_entered_and_not_struck_is_left() -> None:
    lines = ["+ 10 15\n", "+ 11 2\n", "- 10\n", "- 99\n", "\n", "nonsense here\n"]
    assert guard.follow(lines) == {11: 2}


def test_number_that_was_used_again_has_its_new_signal() -> None:
    assert guard.follow(["+ 10 15\n", "- 10\n", "+ 10 2\n"]) == {10: 2}
