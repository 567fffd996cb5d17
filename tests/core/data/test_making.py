"""A recipe in force: the file's table stays, what people chose stays, and what nobody needs goes."""

import os
import time

import pytest

from core.data.corrections import with_role
from core.data.making import base_of, with_recipe
from core.data.recipe import read_recipe, sentences
from core.errors import BadInput, NotYours

TABLE = "id,town,age,paid\n" + "".join(
    f"k{i},{'ABC'[i % 3]},{'' if i % 4 == 0 else i % 30},{i % 11}.5\n" for i in range(60)
)
FILL = {"step": "fill", "params": {"columns": ["age"], "method": "median"}}
DROP = {"step": "drop", "params": {"columns": ["id"]}}


@pytest.fixture
def cleaned(catalog):
    return lambda dataset, *steps: with_recipe(dataset, read_recipe(list(steps)), catalog)


def test_the_files_table_is_never_touched(store, catalog, cleaned):
    raw = store(TABLE)
    before = (catalog.home.blobs / raw.blob / "table.parquet").read_bytes()
    clean = cleaned(raw, FILL, DROP)
    assert clean.column("age").n_missing == 0 and clean.id == raw.id and clean.blob != raw.blob
    assert (catalog.home.blobs / raw.blob / "table.parquet").read_bytes() == before
    assert base_of(clean, catalog) == raw
    assert catalog.get(raw.id, "ada") == clean
    assert cleaned(clean) == raw


def test_the_same_steps_give_the_same_table(store, cleaned):
    raw = store(TABLE)
    assert cleaned(raw, FILL, DROP).blob == cleaned(raw, FILL, DROP).blob
    assert cleaned(raw, FILL, {**DROP, "on": False}).blob == cleaned(raw, FILL).blob != raw.blob


def test_a_step_that_fails_leaves_the_recipe_before_it_in_force(store, catalog, cleaned):
    clean = cleaned(store(TABLE), FILL)
    with pytest.raises(BadInput, match="'Drop columns'.*'nope'"):
        cleaned(clean, FILL, {"step": "drop", "params": {"columns": ["nope"]}})
    with pytest.raises(BadInput, match="leaves no row"):
        cleaned(
            clean, {"step": "filter", "params": {"column": "age", "comparison": "less than", "value": "-1"}}
        )
    assert catalog.get(clean.id, "ada") == clean


def test_chosen_roles_kinds_and_target_stay_where_their_columns_do(store, catalog, cleaned):
    raw = catalog.update(with_role(store(TABLE), "paid", "ignore"))
    raw = catalog.with_target(catalog.with_kinds(raw, {"age": "decimal"}), "town")
    clean = cleaned(raw, FILL)
    assert clean.column("paid").role == "ignore" and clean.target == "town"
    assert clean.column("age").kind == "decimal"
    renamed = cleaned(clean, FILL, {"step": "rename", "params": {"names": {"town": "city"}}})
    assert renamed.target == "city"


def test_a_salt_stays_as_long_as_its_step(store, catalog, cleaned):
    mask = {"step": "protect", "params": {"columns": ["id"], "method": "hash"}}
    clean = cleaned(store(TABLE), mask)
    later = cleaned(clean, FILL, mask)
    assert later.outcomes[1].state == clean.outcomes[0].state
    assert later.outcomes[1].state["salt"] not in " ".join(sentences(later))


def test_results_nobody_refers_to_go_after_a_day(store, catalog, cleaned):
    raw = store(TABLE)
    first = cleaned(raw, FILL)
    second = cleaned(first, DROP)
    folders = catalog.home.blobs
    assert (folders / first.blob).exists(), "a run may be reading it"
    old = time.time() - 2 * 24 * 3600
    os.utime(folders / first.blob / "recipe.mark", (old, old))
    third = cleaned(second, DROP, FILL)
    assert not (folders / first.blob).exists() and (folders / third.blob).exists()
    catalog.delete(raw.id, "ada")
    assert not (folders / raw.blob).exists() and not (folders / third.blob).exists()


def test_another_owners_dataset_is_not_there_to_join(store, cleaned):
    raw, theirs = store(TABLE), store("town,n\nA,1\nB,2\n", name="b.csv", owner="bob")
    with pytest.raises(NotYours):
        cleaned(raw, {"step": "join", "params": {"dataset": theirs.id, "keys": [["town", "town"]]}})
    with pytest.raises(BadInput, match="itself"):
        cleaned(raw, {"step": "union", "params": {"dataset": raw.id}})


@pytest.mark.parametrize(
    "expression",
    [
        "(select 1)",
        "read_csv('x')",
        "getenv('HOME')",
        "age; drop table base",
        "count(age)",
        "random()",
        "age +",
        "nope * 2",
        "age[1]",
        "cast(age as blob)",
    ],
)
def test_a_formula_that_is_no_formula_is_refused(store, cleaned, expression):
    with pytest.raises(BadInput) as refused:
        cleaned(store(TABLE), {"step": "formula", "params": {"name": "x", "expression": expression}})
    assert refused.value.code in (
        "formula_unreadable",
        "formula_not_allowed",
        "formula_does_not_fit",
        "step_column",
    )


def test_telco_churns_missing_charges_are_filled_with_their_median(real, store, catalog, cleaned):
    raw = store((real("telco_churn/Telco-Customer-Churn.csv")).read_bytes(), name="telco.csv")
    clean = cleaned(raw, {"step": "fill", "params": {"columns": ["TotalCharges"], "method": "median"}})
    assert sentences(clean) == ("Filled 11 missing cells of TotalCharges with its median, 1,397.5.",)


def test_titanics_ages_are_filled_by_class_and_sex(real, store, cleaned):
    raw = store(real("titanic/titanic.csv").read_bytes(), name="titanic.csv")
    by = {"columns": ["Age"], "method": "median", "by": ["Pclass", "Sex"]}
    clean = cleaned(raw, {"step": "fill", "params": by})
    assert dict(clean.outcomes[0].state["groups"]["Age"])["1\x1fmale"] == 40.0
    assert clean.column("Age").n_missing == 0 and clean.outcomes[0].changed == {"Age": 177}


def test_what_somebody_calls_words_stays_what_they_called_it(store, cleaned):
    """A column of many different values looks like free text, but an order's number is a category."""
    table = "order,paid\n" + "".join(f"{i // 2},{i % 7}.5\n" for i in range(300))
    for kind in ("category", "text"):
        step = {"step": "convert", "params": {"columns": ["order"], "kind": kind}}
        assert cleaned(store(table), step).column("order").kind == kind
