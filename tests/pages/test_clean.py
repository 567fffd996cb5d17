"""Cleaning on the Data page: steps added, previewed, switched, moved, edited, undone; findings cured in one click."""

import pytest

from core.commands import OWNER
from core.data.recipe import sentences
from core.jobs.queue import Queue
from tests.pages.conftest import markup

TABLE = "id,town,age,spend,churn\n" + "".join(
    f"k{i:03},{['Bonn', 'Ulm'][i % 2]},{'' if i % 4 == 0 else 20 + i % 31},{(i * 37) % 101}.5,{'yn'[(i * 7919) % 2]}\n"
    for i in range(120)
)
HOSTILE = "**<script>alert(1)</script>**"

pytestmark = pytest.mark.usefixtures("stays_light")


@pytest.fixture
def dataset(stored):
    return stored("people.csv", TABLE)


@pytest.fixture
def now(catalog, dataset):
    return lambda: catalog.get(dataset.id, OWNER)


def resting(app):
    return not app.progress and "cleaning" not in app.session_state


def by_key(app, kind, ending):
    return next(w for w in getattr(app, kind) if w.key and w.key.endswith(ending))


def add(app, settled, key, fill):
    """Add a step by its form."""
    app.button(key="recipe_add").click().run()
    by_key(app, "selectbox", "_step").select(key).run()
    fill(app)
    app.run()
    by_key(app, "button", "_apply").click().run()
    return settled(app, resting)


def test_a_step_is_added_and_said_with_what_it_did(opened, hand, settled, dataset, now):
    app = settled(opened("data.py", dataset=dataset.id), resting)
    assert "as the file had it" in markup(app)
    add(app, settled, "fill", lambda a: by_key(a, "multiselect", "_fill_columns").select("age"))
    assert not app.exception and not app.error
    assert now().column("age").n_missing == 0
    assert "Filled 30 missing cells of age with its median" in markup(app)
    assert "30 cells" in markup(app)


def test_a_preview_shows_the_first_rows_that_change(opened, hand, settled, dataset):
    app = settled(opened("data.py", dataset=dataset.id), resting)
    app.button(key="recipe_add").click().run()
    by_key(app, "multiselect", "_fill_columns").select("age").run()
    before, after = [d.value for d in app.dataframe if list(d.value.columns) == ["row", "age"]]
    assert before["age"].isna().all() and after["age"].notna().all() and list(after["row"])[:2] == [1, 5]
    assert "120 → 120 rows" in markup(app) and "30 cells change" in markup(app)


def test_steps_are_switched_moved_edited_deleted_and_undone(opened, hand, settled, dataset, now, catalog):
    from core.data.making import with_recipe
    from core.data.recipe import read_recipe

    fill = {"step": "fill", "params": {"columns": ["age"]}}
    drop = {"step": "drop", "params": {"columns": ["id"]}}
    with_recipe(dataset, read_recipe([fill, drop]), catalog)
    app = settled(opened("data.py", dataset=dataset.id), resting)
    settled(by_key(app, "toggle", "recipe_on_0_0").set_value(False).run(), resting)
    assert [e.on for e in now().recipe] == [False, True] and now().column("age").n_missing == 30
    settled(by_key(app, "button", "recipe_down_0_1").click().run(), resting)
    assert [e.step for e in now().recipe] == ["drop", "fill"]
    settled(by_key(app, "button", "recipe_delete_1_2").click().run(), resting)
    assert [e.step for e in now().recipe] == ["drop"]
    settled(app.button(key="recipe_undo").click().run(), resting)
    assert [e.step for e in now().recipe] == ["drop", "fill"]
    by_key(app, "button", "recipe_edit_0_4").click().run()
    by_key(app, "multiselect", "_drop_columns").set_value(["town"]).run()
    settled(by_key(app, "button", "_apply").click().run(), resting)
    assert now().recipe[0].params == {"columns": ["town"]}
    assert not app.exception


def test_undo_and_redo_are_there_after_a_reload_and_in_another_tab(opened, hand, settled, dataset, now):
    app = settled(opened("data.py", dataset=dataset.id), resting)
    assert app.button(key="recipe_undo").disabled and app.button(key="recipe_redo").disabled
    add(app, settled, "fill", lambda a: by_key(a, "multiselect", "_fill_columns").select("age"))
    other = settled(opened("data.py", dataset=dataset.id), resting)
    settled(other.button(key="recipe_undo").click().run(), resting)
    assert now().recipe == () and other.button(key="recipe_undo").disabled
    settled(app.run(), resting)
    settled(app.button(key="recipe_redo").click().run(), resting)
    assert [e.step for e in now().recipe] == ["fill"] and not app.exception


def test_a_change_under_way_is_followed_by_a_page_that_is_loaded_again(opened, dataset, home):
    Queue(home).put(kind="clean", lane="data", owner=OWNER, payload={"dataset": dataset.id, "recipe": []})
    app = opened("data.py", dataset=dataset.id)
    assert not resting(app) and not [b for b in app.button if b.key == "recipe_add"]


def test_a_toggle_that_a_late_browser_sends_once_more_switches_nothing(opened, home, dataset, catalog):
    from core.data.making import with_recipe
    from core.data.recipe import read_recipe

    with_recipe(dataset, read_recipe([{"step": "drop", "params": {"columns": ["id"]}}]), catalog)
    app = opened("data.py", dataset=dataset.id)
    seen = app._tree.get_widget_states()
    for pressed in [w for w in seen.widgets if w.HasField("trigger_value")]:
        seen.widgets.remove(pressed)  # a browser sends a button once, when it is pressed
    queue = Queue(home)
    queue.put(kind="clean", lane="data", owner=OWNER, payload={"dataset": dataset.id, "recipe": []})
    app.run()
    assert not resting(app) and not app.toggle
    app._run(seen)
    assert len(queue.list(OWNER, kind="clean")) == 1 and not app.exception


def test_a_step_that_does_not_fit_is_refused_and_the_recipe_stays(opened, hand, settled, dataset, now):
    app = settled(opened("data.py", dataset=dataset.id), resting)

    def nothing_left(a):
        by_key(a, "selectbox", "_filter_column").select("spend").run()
        by_key(a, "selectbox", "_filter_comparison").select("less than").run()
        by_key(a, "text_input", "_filter_value").input("-5")

    add(app, settled, "filter", nothing_left)
    assert "leaves no row" in app.error[0].value.replace("\\", "")
    assert now() == dataset


def test_a_finding_is_cured_in_one_click(opened, hand, settled, dataset, now):
    app = settled(
        opened("data.py", dataset=dataset.id),
        lambda a: resting(a) and any(b.key == "cure_0" for b in a.button),
    )
    cures = {b.label: b.key for b in app.button if b.key and b.key.startswith("cure_")}
    settled(app.button(key=cures["Fill missing cells"]).click().run(), resting)
    assert now().column("age").n_missing == 0
    assert len(sentences(now())) == 1


def test_strangers_text_is_shown_letter_by_letter(opened, hand, settled, stored, catalog):
    text = f"{HOSTILE},b\n" + "".join(f"{'' if i % 3 else i},{i % 2}\n" for i in range(40))
    hostile = stored("h.csv", text)
    from core.data.making import with_recipe
    from core.data.recipe import read_recipe

    with_recipe(hostile, read_recipe([{"step": "fill", "params": {"columns": [HOSTILE]}}]), catalog)
    app = settled(opened("data.py", dataset=hostile.id), resting)
    assert HOSTILE not in markup(app) and "<script>" not in markup(app)
    assert not app.exception


def test_a_kind_corrected_below_a_recipe_becomes_a_step(opened, hand, settled, dataset, now, catalog):
    from core.data.making import with_recipe
    from core.data.recipe import read_recipe
    from tests.pages.test_data import edit

    with_recipe(dataset, read_recipe([{"step": "fill", "params": {"columns": ["age"]}}]), catalog)
    app = settled(opened("data.py", dataset=dataset.id), resting)
    settled(edit(app, "age", kind="category"), resting)
    assert [e.step for e in now().recipe] == ["fill", "convert"] and now().column("age").kind == "category"
