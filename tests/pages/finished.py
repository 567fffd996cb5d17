"""Train small runs in a process of its own: `python finished.py HOME`; prints their ids as JSON, by what they are."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from core.commands import OWNER  # noqa: E402
from core.data.catalog import Catalog  # noqa: E402
from core.data.ingest import ingest  # noqa: E402
from core.domain import ModelSpec, Split  # noqa: E402
from core.home import Home  # noqa: E402
from core.jobs.worker import run_here  # noqa: E402
from core.runs.store import RunStore  # noqa: E402
from core.studies.plan import default_spec  # noqa: E402
from core.studies.start import start_run  # noqa: E402
from core.wiring import handlers  # noqa: E402

N = 300
NETWORK = ModelSpec(key="linear", params={"epochs": 3})
KEYS = {
    "binary": ("dummy", "logistic", "tree"),
    "multiclass": ("dummy", "logistic"),
    "regression": ("dummy", "ridge", "tree"),
}


def people() -> pd.DataFrame:
    """Somebody's customers: every kind of column, one with gaps, and names that Markdown would act upon."""
    rng = np.random.default_rng(0)
    age, spent = rng.integers(18, 80, N), rng.gamma(2, 50, N).round(2)
    city = rng.choice(["Bonn", "Köln", "*Ulm* [x](y)"], N, p=[0.6, 0.3, 0.1])
    left = np.where(rng.random(N) < 1 / (1 + np.exp((age - 45) / 6)), "yes", "no")
    return pd.DataFrame(
        {
            "age": age,
            "spent": np.where(rng.random(N) < 0.1, np.nan, spent),
            "city": city,
            "member": rng.random(N) < 0.5,
            "since": pd.to_datetime("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, N), "D"),
            "left": left,
            "rank": np.where(age < 35, "low", np.where(age < 60, "mid", "high")),
            "bill": (age * 10 + rng.normal(0, 40, N)).round(1),
        }
    )


def main() -> None:
    home = Home.at(Path(sys.argv[1]))
    path = home.root / "people.csv"
    people().to_csv(path, index=False)
    dataset = ingest(path, name="people.csv", owner=OWNER, home=home)
    store = RunStore(home)
    made = {"dataset": dataset.id}
    for kind, target in (("binary", "left"), ("multiclass", "rank"), ("regression", "bill")):
        others = [n for n in ("left", "rank", "bill") if n != target]
        spec = default_spec(Catalog(home).get(dataset.id, OWNER), target, dropped=others, budget_s=60)
        spec = replace(spec, models=(NETWORK, *(ModelSpec(key=k) for k in KEYS[kind])))
        made[kind] = carry_out(home, store, spec, f"{kind} *run*")
        if kind == "binary":
            made["other_seed"] = carry_out(
                home, store, replace(spec, split=replace(spec.split, seed=7)), "other seed"
            )
            by_words = Split(strategy="column", column="city")
            made["failed"] = carry_out(home, store, replace(spec, split=by_words), "fails")
    print(json.dumps(made))


def carry_out(home: Home, store: RunStore, spec, name: str) -> str:
    return run_here(
        home, handlers(), lambda worker: start_run(spec, OWNER, name, store=store, worker=worker).id
    ).id


if __name__ == "__main__":
    main()
