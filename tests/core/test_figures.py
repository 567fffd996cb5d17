import numpy as np
import pytest

from core.figures import as_typed, percent, readable, significant


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (123181.3537, "123,181"), (16594, "16,594"), (13895.0, "13,895"), (3.14159, "3.142"), (0.5, "0.5"),
        (0, "0"), (-2.25, "-2.25"), (-1234.5, "-1,234"), (9999.6, "10,000"), (0.00012345, "0.000123"),
        (1e-9, "1e-09"), (1e18, "1e+18"), (float("nan"), "nan"),
    ],
)  # fmt: skip
def test_an_answer_has_four_figures_and_is_grouped(value, said):
    assert readable(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(1894.0, "1894"), (43.6, "43.6"), (9.0, "9"), (0, "0"), (16594, "16594"), (1e-9, "1e-09"), (0.1, "0.1")],
)
def test_a_cell_is_written_in_full_as_a_field_holds_it(value, said):
    assert as_typed(value) == said


@pytest.mark.parametrize(
    ("share", "said"), [(0.7231, "72.3%"), (0, "<0.1%"), (1, ">99.9%"), (0.001, "0.1%"), (0.9994, "99.9%")]
)
def test_no_probability_is_called_none_or_all(share, said):
    assert percent(share) == said


def test_seven_digits_are_kept_and_written_as_short_as_they_are():
    rng = np.random.default_rng(0)
    values = rng.normal(size=5000) * 10.0 ** rng.integers(-12, 14, 5000)
    for before, after in zip(values, significant(values)):
        assert repr(float(after)) == repr(float(f"{before:.7g}"))


def test_what_is_no_number_or_far_from_any_other_stays_as_it_is():
    odd = np.array([0.0, np.nan, np.inf, -np.inf, 1e300, 1e-300])
    np.testing.assert_array_equal(significant(odd), odd)
    assert significant(np.zeros((0, 3))).shape == (0, 3)
