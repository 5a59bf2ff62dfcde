"""Courses say the same as numbers and as promtool's notation."""

from sightline.proofs import courses


def test_a_course_goes_through_its_shapes() -> None:
    course = courses.Course(
        15.0, [0, 2, 4, 6], [courses.Slope(1.0), courses.Level(7.0), courses.ABSENT,
                             courses.Restart(2.0)]
    )  # fmt: skip

    assert [course.sample(index) for index in range(8)] == [
        0.0, 15.0, 7.0, 7.0, None, None, 0.0, 30.0,
    ]  # fmt: skip


def test_a_course_is_written_in_promtools_notation() -> None:
    course = courses.Course(
        15.0, [0, 2, 4, 6], [courses.Slope(1.0), courses.GAP, courses.ABSENT,
                             courses.Level(0.5)]
    )  # fmt: skip

    assert course.render(9) == "0+15x1 _x2 stale _x1 0.5x2"


def test_a_slope_goes_on_where_the_series_stood() -> None:
    course = courses.Course(1.0, [0, 3], [courses.Level(5.0), courses.Slope(2.0)])

    assert course.render(6) == "5x2 5+2x2"


def test_a_total_counts_what_is_there_alone() -> None:
    course = courses.Course(1.0, [0, 3, 6], [courses.Slope(1.0), courses.ABSENT,
                                             courses.Level(4.0)])  # fmt: skip

    assert course.total(1, 7) == (1.0 + 2.0 + 4.0 + 4.0, 4)
