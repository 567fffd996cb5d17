"""The public tables and their rows for one seed, three quarters to learn from, one to judge. Trains nothing."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

DATA = Path(os.environ.get("FATHOM_TEST_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
JUDGING = 0.25  # share of the rows
METRICS = {"binary": "auc", "multiclass": "accuracy", "regression": "rmse"}


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table with a question. read: its rows; dropped: identifiers, leaks and free text."""

    name: str
    read: Callable[[], pd.DataFrame]
    target: str
    kind: str
    dropped: tuple[str, ...] = ()

    @property
    def metric(self) -> str:
        return METRICS[self.kind]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Two files with the same columns, which every system reads for itself; classes are words in both."""

    train: Path
    test: Path


def rows_of(table: Table, seed: int, folder: Path) -> Rows:
    """Write the table's rows for a seed. Raises FileNotFoundError where the data are not there."""
    from sklearn.model_selection import train_test_split

    frame = table.read().drop(columns=list(table.dropped))
    frame = frame[frame[table.target].notna()]
    classes = None
    if table.kind != "regression":
        # a class of one row cannot be on both sides
        frame = frame[frame.groupby(table.target)[table.target].transform("size") > 1]
        frame[table.target] = "is " + frame[table.target].astype(str)
        classes = frame[table.target]
    train, test = train_test_split(frame, test_size=JUDGING, random_state=seed, stratify=classes)
    rows = Rows(train=folder / "train.csv", test=folder / "test.csv")
    train.to_csv(rows.train, index=False)
    test.to_csv(rows.test, index=False)
    return rows


def _csv(*path: str, **how) -> Callable[[], pd.DataFrame]:
    return lambda: pd.read_csv(DATA.joinpath(*path), skipinitialspace=True, **how)


def _adult() -> pd.DataFrame:
    """Both of its files: labels of the second end with a dot."""
    names = [f"column_{i}" for i in range(1, 16)]
    how = {"header": None, "names": names, "na_values": "?"}
    frame = pd.concat([_csv("adult_income", f"adult-{part}.csv", **how)() for part in ("train", "test")])
    return frame.assign(column_15=frame["column_15"].str.rstrip("."))


_bank, _wine = _csv("bank_marketing", "bank.csv"), [*(f"column_{i}" for i in range(1, 12)), "quality"]

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table(
            name="titanic", kind="binary", target="Survived", dropped=("PassengerId", "Name", "Ticket"),
            read=_csv("titanic", "titanic.csv"),
        ),
        Table(
            name="german_credit", kind="binary", target="credit_risk",
            read=_csv("german_credit", "GermanCredit.csv"),
        ),
        Table(
            name="insurance", kind="regression", target="charges",
            read=_csv("insurance_charges", "insurance.csv"),
        ),
        Table(
            name="hr_attrition", kind="binary", target="Attrition", dropped=("EmployeeNumber",),
            read=_csv("ibm_hr_attrition", "emp_attrition.csv"),
        ),
        Table(
            name="white_wine", kind="multiclass", target="quality",
            read=_csv("wine_quality", "winequality-white.csv", header=None, names=_wine),
        ),
        Table(
            name="telco_churn", kind="binary", target="Churn", dropped=("customerID",),
            read=_csv("telco_churn", "Telco-Customer-Churn.csv"),
        ),
        Table(
            name="shipment_mode", kind="multiclass", target="Shipment Mode", dropped=("ID",),
            read=_csv("scms_supply_chain", "SCMS_Delivery_History_Dataset.utf8bom-comma.csv", encoding="utf-8-sig"),
        ),
        Table(
            name="bike_sharing", kind="regression", target="cnt",
            dropped=("instant", "dteday", "casual", "registered"), read=_csv("bike_sharing_hour", "hour.csv"),
        ),
        Table(
            name="california", kind="regression", target="median_house_value",
            read=_csv("california_housing", "housing.csv"),
        ),
        Table(name="bank", kind="binary", target="deposit", read=_bank),
        Table(name="bank_no_duration", kind="binary", target="deposit", dropped=("duration",), read=_bank),
        Table(name="adult", kind="binary", target="column_15", read=_adult),
    )
}  # fmt: skip
