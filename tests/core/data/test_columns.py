import pandas as pd

from core.data.columns import CellProblem, typed
from core.data.text_table import read_text
from core.domain import Column


def test_new_rows_are_cast_as_the_stored_ones_were(store, catalog, tmp_path):
    content = 'n,x,when,flag,word\n1,"$1,000",31/12/2019,true, a \n2,$5,01/01/2020,FALSE,?\n,,,,None\n'
    dataset = store(content)
    frame, problems = typed(read_text(tmp_path / "table.csv").frame(), dataset.columns)
    stored = catalog.read(dataset).drop(columns="_row")
    pd.testing.assert_frame_equal(frame, stored)
    assert problems == ()


def test_cells_that_do_not_fit_become_missing_and_are_listed():
    columns = [
        Column(name="n", kind="integer"),
        Column(name="x", kind="decimal"),
        Column(name="d", kind="date", statistics={"date_format": "%d.%m.%Y"}),
    ]
    rows = pd.DataFrame(
        {
            "d": ["1.2.2020", "2020-02-01", None],
            "n": ["3.0", "2.5", "na"],
            "x": ["1e3", "none", "five"],
            "more": list("abc"),
        },
        index=[10, 11, 12],
    )
    frame, problems = typed(rows, columns)
    assert list(frame.columns) == ["n", "x", "d"] and frame.index.tolist() == [10, 11, 12]
    assert frame["n"].tolist()[0] == 3 and frame["n"].isna().tolist() == [False, True, True]
    assert problems == (
        CellProblem(row=1, column="n", value="2.5"),
        CellProblem(row=1, column="d", value="2020-02-01"),
        CellProblem(row=2, column="x", value="five"),
    )


def test_no_rows_and_no_columns_are_fine():
    assert typed(pd.DataFrame({"a": []}, dtype="str"), [Column(name="a", kind="decimal")])[0].shape == (0, 1)
    assert typed(pd.DataFrame({"a": ["1"]}), [])[0].shape == (1, 0)
