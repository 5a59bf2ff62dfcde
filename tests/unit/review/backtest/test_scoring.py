"""Episodes are compared with what was truly wrong, in counts that can be checked."""

from sightline.review.backtest import scoring

WEEK = 7 * 86_400.0


def test_an_alert_is_scored_against_the_truth() -> None:
    truth = scoring.Windows.of((100.0, 200.0), (1_000.0, 1_100.0), (5_000.0, 5_010.0))
    fired = scoring.Windows.of(
        (130.0, 150.0),  # finds the first after 30 s
        (160.0, 170.0),  # again
        (600.0, 700.0),  # nothing was wrong
        (990.0, 1_001.0),  # was there before the second
    )
    score = scoring.score([(fired, truth)], 0.0, WEEK)
    assert score == scoring.Score(
        episodes=4, right=3, delays=(30.0, 0.0, None), pages_per_week=4.0
    )
    assert (score.windows, score.found, score.delay_seconds) == (3, 2, 15.0)


def test_precision_and_recall_come_from_the_counts() -> None:
    truth = scoring.Windows.of((100.0, 200.0), (1_000.0, 1_100.0))
    fired = scoring.Windows.of((130.0, 150.0), (160.0, 170.0), (600.0, 700.0))
    score = scoring.score([(fired, truth)], 0.0, WEEK)
    assert (score.precision, score.recall) == (2 / 3, 1 / 2)


def test_without_episodes_or_windows_nothing_is_claimed() -> None:
    nothing = scoring.Windows.of()
    score = scoring.score([(nothing, nothing)], 0.0, WEEK)
    assert (score.precision, score.recall, score.delay_seconds) == (None, None, None)


def test_touching_is_not_overlapping() -> None:
    truth = scoring.Windows.of((100.0, 200.0))
    fired = scoring.Windows.of((200.0, 300.0), (50.0, 100.0))
    assert scoring.score([(fired, truth)], 0.0, WEEK).right == 0


def test_what_begins_outside_of_the_stretch_belongs_to_another() -> None:
    truth = scoring.Windows.of((100.0, 200.0), (900.0, 1_000.0))
    fired = scoring.Windows.of((110.0, 120.0), (910.0, 920.0))
    score = scoring.score([(fired, truth)], 500.0, 2_000.0)
    assert (score.episodes, score.windows, score.found) == (1, 1, 1)


def test_each_service_is_judged_by_its_own_truth() -> None:
    wrong = scoring.Windows.of((100.0, 200.0))
    fired = scoring.Windows.of((120.0, 150.0))
    nothing = scoring.Windows.of()
    together = scoring.score([(fired, nothing), (nothing, wrong)], 0.0, WEEK)
    assert (together.episodes, together.right) == (1, 0)
    assert (together.windows, together.found) == (1, 0)
