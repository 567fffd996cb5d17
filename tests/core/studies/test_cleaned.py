"""A run over a cleaned table: what is learned comes from training rows, and raw new rows go the same way."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.codec import from_plain, to_plain
from core.data.catalog import Catalog
from core.data.ingest import ingest
from core.data.making import result_of, with_recipe
from core.data.recipe import read_recipe
from core.data.split import propose_split
from core.data.task import propose_task
from core.domain import ROW, ModelSpec, RunSpec, Split
from core.errors import BadInput
from core.home import Home
from core.prediction.batch import predict_file
from core.prediction.contract import load_contract
from core.prediction.examples import random_test_row
from core.prediction.raw import load_raw_rows, load_recipe
from core.prediction.rows import rows_from_form, rows_from_text
from core.prediction.score import load_scorer
from core.runs.predictions import load_predictions
from core.runs.records import fold_folder
from core.runs.store import RunStore
from core.studies.cleaned import raw_row
from core.studies.prepare import prepare
from core.studies.run import carry_out
from tests.core.studies.conftest import Context

N = 120
FILL = {"step": "fill", "params": {"columns": ["age"], "method": "mean"}}
RAW = "town,age,paid,since,bought\n" + "".join(
    f"{['Bonn', ' bonn', 'Köln', 'Ulm '][i % 4]},{'' if i % 3 == 0 else i % 50},"
    f'"{1 + i % 9},{i % 900 + 100}.50",{2000 + i % 20}-01-{1 + i % 28:02},{"yes" if i % 50 > 24 else "no"}\n'
    for i in range(N)
)
STEPS = [
    {"step": "deduplicate", "params": {}},
    {"step": "tidy_text", "params": {"columns": ["town"], "case": "lower"}},
    {"step": "rename", "params": {"names": [["town", "city"]]}},
    FILL,
    {"step": "drop", "params": {"columns": ["paid"]}},
    {"step": "date_parts", "params": {"column": "since", "parts": ["year"], "keep": False}},
    {"step": "bin", "params": {"column": "since year", "bins": 3}},
    {"step": "filter", "params": {"column": "city", "comparison": "is not", "value": "ulm"}},
]


class Desk:
    """One home, and the dataset with a recipe in it."""

    def __init__(self, folder):
        self.folder, self.home = folder, Home.at(folder / "home")
        self.catalog, self.store = Catalog(self.home), RunStore(self.home)
        self.raw = self.stored("raw.csv", RAW)

    def stored(self, name, text):
        (self.folder / name).write_text(text)
        return ingest(self.folder / name, name=name, owner="ada", home=self.home)

    def cleaned(self, steps, dataset=None):
        return with_recipe(dataset or self.raw, read_recipe(steps), self.catalog)

    def spec(self, dataset, **changes):
        task = propose_task(dataset, "bought")
        spec = RunSpec(
            dataset=dataset.id, task=task, split=propose_split(dataset, task), recipe=dataset.recipe,
            models=(ModelSpec(key="dummy"), ModelSpec(key="logistic")),
        )  # fmt: skip
        return replace(spec, **changes)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def prepared(desk, dataset, **changes):
    run = desk.store.create(desk.spec(dataset, **changes), "ada", "run")
    return run, prepare(run.spec, dataset, desk.catalog, desk.store.folder(run.id))


def test_a_mean_is_learned_from_the_training_rows_alone(desk):
    dataset = desk.cleaned([FILL])
    run, ready = prepared(desk, dataset)
    kept = load_recipe(desk.store.folder(run.id))
    ages = desk.catalog.read(desk.catalog.get(dataset.id, "ada"), ["age"]).set_index(ROW)["age"]
    missing = desk.catalog.read(
        replace(
            dataset,
            columns=dataset.base.columns,
            blob=dataset.base.blob,
            location=str(desk.home.blobs / dataset.base.blob),
        ),
        ["age"],
    )["age"].isna()
    train = ages.loc[ready.rows["train"].numbers][~missing.to_numpy()[ready.rows["train"].numbers]]
    learned = kept.states[0]["values"]["age"]
    assert learned == pytest.approx(train.mean()) and learned != kept.shown[0]["values"]["age"]


def test_the_run_asks_for_raw_rows_and_answers_them(desk, bench):
    dataset = desk.cleaned(STEPS)
    assert dataset.n_rows < N and "city" in [c.name for c in dataset.columns]
    run = desk.store.create(desk.spec(dataset), "ada", "run")
    carry_out(run, dataset, catalog=desk.catalog, store=desk.store, context=Context(), bench=bench)
    run = desk.store.get(run.id)
    folder = desk.store.folder(run.id)
    assert not (folder / "scratch").exists() and "recipe.json" in (folder / "manifest.json").read_text()
    contract = load_contract(folder)
    assert contract.names == ["town", "age", "since"]
    scorer = load_scorer(desk.store, run, 1)
    (desk.folder / "new.csv").write_text(
        "since,town,age\n2005-03-04, ULM ,\n2005-03-04,Bonn,40\n2005-03-04,Bonn,40\n"
    )
    result = predict_file(scorer, desk.folder / "new.csv", desk.folder / "out.csv")
    answers = pd.read_csv(desk.folder / "out.csv")
    assert result.n_rows == 3, "no row that is asked about vanishes"
    assert answers["p_yes"][1] == answers["p_yes"][2]
    form = [{"town": "bonn ", "age": 40, "since": "2005-03-04"}]
    alone = scorer.answer(*rows_from_form(form, scorer.contract)).prediction[0]
    assert alone[1] == pytest.approx(answers["p_yes"][1])
    example = random_test_row(desk.store, desk.catalog, run, contract, np.random.default_rng(0))
    assert set(example.values) == {"town", "age", "since"} and example.truth in ("yes", "no")


def test_what_a_recipe_hides_is_nowhere_in_what_a_run_shows(desk, bench):
    hide = [
        {"step": "protect", "params": {"columns": ["city"], "method": "hash"}},
        {"step": "protect", "params": {"columns": ["age"], "method": "generalise"}},
    ]
    dataset = desk.cleaned([*STEPS[1:3], *hide])
    run = desk.store.create(desk.spec(dataset), "ada", "run")
    carry_out(run, dataset, catalog=desk.catalog, store=desk.store, context=Context(), bench=bench)
    folder = desk.store.folder(run.id)
    kept = (folder / "contract.json").read_text()
    assert not any(word in kept.casefold() for word in ("bonn", "köln", "ulm"))
    contract = load_contract(folder)
    town, age = contract.fields[:2]
    assert (town.name, town.hidden, town.choices, town.typical) == ("town", True, (), None)
    assert (age.name, age.hidden, age.low, age.high, age.typical) == ("age", True, None, None, None)
    example = random_test_row(
        desk.store, desk.catalog, desk.store.get(run.id), contract, np.random.default_rng(0)
    )
    assert example.values["town"] is None and example.values["paid"] is not None
    scorer = load_scorer(desk.store, desk.store.get(run.id), 1)
    rows = rows_from_form([{**example.values, "town": "Bonn", "age": 40}], contract)
    assert len(scorer.answer(*rows).prediction) == 1


def test_features_of_a_training_row_are_those_it_had_in_training(desk):
    """The row-local steps, with the learned states, give raw rows the features that training saw."""
    dataset = desk.cleaned(STEPS)
    run, ready = prepared(desk, dataset)
    folder = desk.store.folder(run.id)
    raw_rows = load_raw_rows(folder, run.spec.task.features)
    for place, number in enumerate(ready.rows["test"].numbers[:5]):
        row = raw_row(folder, dataset, int(number), desk.catalog)
        clean = raw_rows.clean(pd.DataFrame([{n: row[n] for n in ("town", "age", "since")}]))
        inputs = ready.preparation.transform(clean)
        for name, values in inputs.items():
            assert np.allclose(values[0], ready.rows["test"].read(place, place + 1).inputs[name][0]), name


def test_a_recipe_changed_since_does_not_change_a_run(desk):
    dataset = desk.cleaned(STEPS)
    run, ready = prepared(desk, dataset)
    before = {part: rows.numbers for part, rows in ready.rows.items()}
    other = desk.cleaned([STEPS[1]], dataset)
    assert other.recipe != dataset.recipe
    after = prepare(run.spec, other, desk.catalog, desk.store.folder(run.id))
    assert all(np.array_equal(numbers, after.rows[p].numbers) for p, numbers in before.items())


def test_an_answer_must_not_be_invented(desk):
    dataset = desk.cleaned(
        [{"step": "fill", "params": {"columns": ["bought"], "method": "a value", "value": "no"}}]
    )
    with pytest.raises(BadInput) as refused:
        prepared(desk, dataset)
        prepared(
            desk,
            desk.cleaned([{"step": "fill", "params": {"columns": ["bought"], "method": "most frequent"}}]),
        )
    assert refused.value.code == "recipe_target"


def test_rows_that_stay_must_not_depend_on_what_is_learned(desk):
    mean_of_all = desk.cleaned([FILL]).outcomes[0].state["values"]["age"]
    without = {"column": "age", "comparison": "is not", "value": repr(mean_of_all)}
    dataset = desk.cleaned([FILL, {"step": "filter", "params": without}])
    assert dataset.n_rows == N * 2 // 3, "where the filled ones are those that go"
    with pytest.raises(BadInput) as refused:
        prepared(desk, dataset)
    assert refused.value.code == "recipe_rows_learned"


def test_a_second_file_that_judges_goes_through_the_recipe_as_it_is(desk):
    dataset = desk.cleaned(STEPS)
    judge = desk.stored("judge.csv", RAW.replace("Bonn", "BONN "))
    run, ready = prepared(desk, dataset, split=Split(strategy="file", test_dataset=judge.id))
    assert len(ready.rows["test"].numbers) == N, "none of the rows that judge vanishes"


def test_a_look_up_keeps_working_when_the_other_dataset_is_gone(desk):
    towns = desk.stored("towns.csv", "place,people\nBonn,330000\nKöln,1080000\n")
    dataset = desk.cleaned([{"step": "join", "params": {"dataset": towns.id, "keys": [["town", "place"]]}}])
    run, _ = prepared(desk, dataset)
    desk.catalog.delete(towns.id, "ada")
    clean = load_raw_rows(desk.store.folder(run.id), ("age", "people")).clean(
        pd.DataFrame({"town": ["Köln", "x"], "age": [1, 2]})
    )
    assert clean["people"].tolist()[0] == 1_080_000 and pd.isna(clean["people"][1])


def test_new_rows_come_as_a_step_left_them_that_gave_the_table_another_shape(desk):
    wide = [
        {
            "step": "pivot",
            "params": {"keys": ["since", "bought"], "names": "town", "values": "age", "aggregate": "mean"},
        },
        {"step": "fill", "params": {"columns": ["Bonn"]}},
    ]
    run, _ = prepared(desk, desk.cleaned(wide))
    assert "Bonn" in load_contract(desk.store.folder(run.id)).names


def test_a_spec_with_a_recipe_survives_json(desk):
    spec = desk.spec(desk.cleaned(STEPS))
    assert from_plain(RunSpec, to_plain(spec)).recipe == spec.recipe


def test_no_recipe_gives_back_the_file(desk):
    dataset = desk.cleaned(STEPS)
    assert result_of(dataset, (), desk.catalog).blob == desk.raw.blob
    assert with_recipe(dataset, (), desk.catalog) == desk.raw


WRITTEN = "share,seen,paid,note,bought\n" + "".join(
    f"{f'some {i}' if i % 3 == 0 else f'{i % 50}.5 %'},{f'about {i}' if i % 3 == 1 else f'{1 + i % 28}.{1 + i % 12}.{2000 + i % 20}'},"
    f"{'unknown' if i % 7 == 0 else 'yn'[i % 2]},{'x' if i % 40 == 0 else i % 7},{'yes' if i % 50 > 24 else 'no'}\n"
    for i in range(N)
)
READINGS = [
    {"step": "rename", "params": {"names": [["share", "discount"]]}},
    {"step": "convert", "params": {"columns": ["discount"], "kind": "decimal"}},
    {"step": "convert", "params": {"columns": ["seen"], "kind": "date", "date_format": "%d.%m.%Y"}},
    {"step": "convert", "params": {"columns": ["paid"], "kind": "boolean"}},
    {"step": "combine", "params": {"columns": ["note", "paid"], "name": "both"}},
    {"step": "convert", "params": {"columns": ["note"], "kind": "integer"}},
]


def test_a_column_that_is_read_as_numbers_dates_or_truth_values_is_asked_for_as_such(desk):
    dataset = desk.cleaned(READINGS, desk.stored("written.csv", WRITTEN))
    run, ready = prepared(desk, dataset)
    folder = desk.store.folder(run.id)
    contract = load_contract(folder)
    kinds = {f.name: f.kind for f in contract.fields}
    assert kinds == {"share": "decimal", "seen": "date", "paid": "boolean", "note": "category"}, (
        "what a step reads as words stays words"
    )
    share = contract.fields[0]
    assert share.low == 0.5 and 40 < share.high < 50 and share.may_miss

    raw_rows = load_raw_rows(folder, run.spec.task.features)
    words = pd.DataFrame(
        [{"share": "12.5 %", "seen": "3.1.2015", "paid": "y", "note": "3"}, dict.fromkeys(kinds, "?!")]
    )
    of_file, problems = rows_from_text(words, dict(zip(kinds, kinds)), contract)
    assert {p.column for p in problems} == {"share", "seen", "paid"}, "what cannot be read is told of"
    typed_in, _ = rows_from_form(
        [{"share": 12.5, "seen": "2015-01-03", "paid": "true", "note": "3"}], contract
    )
    assert raw_rows.clean(of_file).iloc[0].to_dict() == raw_rows.clean(typed_in).iloc[0].to_dict()
    assert raw_rows.clean(typed_in)["discount"].tolist() == [12.5]

    for place, number in enumerate(ready.rows["test"].numbers[:8]):
        row = raw_row(folder, dataset, int(number), desk.catalog)
        inputs = ready.preparation.transform(raw_rows.clean(pd.DataFrame([{n: row[n] for n in kinds}])))
        for name, values in inputs.items():
            assert np.allclose(values[0], ready.rows["test"].read(place, place + 1).inputs[name][0]), name


def test_a_run_of_before_goes_on_asking_for_the_words_of_its_file(desk):
    run, _ = prepared(desk, desk.cleaned(READINGS, desk.stored("written.csv", WRITTEN)))
    path = desk.store.folder(run.id) / "recipe.json"
    plain = json.loads(path.read_text())
    del plain["read_as"]
    path.write_text(json.dumps(plain))
    words = pd.DataFrame({"share": ["12.5 %"], "seen": ["3.1.2015"], "paid": ["y"], "note": ["3"]})
    clean = load_raw_rows(desk.store.folder(run.id), run.spec.task.features).clean(words)
    assert clean["discount"].tolist() == [12.5]


def test_in_folds_each_learns_its_steps_from_its_own_training_rows(desk):
    dataset = desk.cleaned([FILL])
    run = desk.store.create(desk.spec(dataset, folds=3), "ada", "run")
    folder = desk.store.folder(run.id)
    raw = pd.read_csv(desk.folder / "raw.csv")["age"]
    means = []
    for fold in (1, 2, 3):
        ready = prepare(run.spec, dataset, desk.catalog, folder, fold=fold)
        learned = load_recipe(fold_folder(folder, fold)).states[0]["values"]["age"]
        assert learned == pytest.approx(raw[ready.rows["train"].numbers].mean())
        means.append(learned)
    assert len(set(means)) == 3
    beside = np.setdiff1d(np.arange(N), ready.rows["test"].numbers)
    of_run = load_recipe(folder).states[0]["values"]["age"]
    assert of_run == pytest.approx(raw[beside].mean()), "what new rows look like is told by all that teach"


def test_a_recipe_changed_between_two_folds_does_not_change_the_second(desk):
    dataset = desk.cleaned(STEPS)
    run = desk.store.create(desk.spec(dataset, folds=2), "ada", "run")
    folder = desk.store.folder(run.id)
    first = prepare(run.spec, dataset, desk.catalog, folder, fold=1)
    other = desk.cleaned([STEPS[1]], dataset)
    second = prepare(run.spec, other, desk.catalog, folder, fold=2)
    left_out = [ready.rows["validation"].numbers for ready in (first, second)]
    test = first.rows["test"].numbers
    assert np.array_equal(test, second.rows["test"].numbers)
    assert sorted(np.concatenate([*left_out, test]).tolist()) == list(range(dataset.n_rows))


def test_in_folds_raw_rows_go_through_what_each_fold_learned(desk, bench):
    dataset = desk.cleaned(STEPS)
    run = desk.store.create(desk.spec(dataset, folds=2), "ada", "run")
    carry_out(run, dataset, catalog=desk.catalog, store=desk.store, context=Context(), bench=bench)
    run, folder = desk.store.get(run.id), desk.store.folder(run.id)
    assert load_contract(folder).names == ["town", "age", "since"] and desk.store.verify(run.id) == ()
    scorer = load_scorer(desk.store, run, 1)
    rows, _, kept = load_predictions(folder / "models" / "1-logistic" / "predictions.parquet", "test")
    for number, told in zip(rows[:5].tolist(), kept):
        row = raw_row(folder, dataset, number, desk.catalog)
        asked = pd.DataFrame([{name: row[name] for name in ("town", "age", "since")}])
        assert scorer.predict(asked)[0] == pytest.approx(told, abs=1e-6)


def test_in_folds_a_second_file_judges_through_what_each_fold_learned(desk, bench):
    dataset = desk.cleaned([FILL])
    judge = desk.stored("judge.csv", RAW.split("\n", 1)[0] + "\n" + "\n".join(RAW.split("\n")[5:40]) + "\n")
    split = Split(strategy="file", test_dataset=judge.id)
    run = desk.store.create(desk.spec(dataset, folds=2, split=split), "ada", "run")
    carry_out(run, dataset, catalog=desk.catalog, store=desk.store, context=Context(), bench=bench)
    rows = desk.store.get(run.id).summary["rows"]
    assert rows == {"train": N, "validation": N, "test": 35}
