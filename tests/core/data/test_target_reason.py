from core.data.target_reason import task_in_words, why_target
from core.data.task import propose_task


def table(*names: str) -> str:
    return ",".join(names) + "\n" + "".join(f"{i},{i % 4},{i * 1.5}\n" for i in range(100))


def test_a_name_that_people_give_to_targets_is_the_reason(store):
    assert "name" in why_target(store(table("a", "churn", "b")))


def test_the_last_column_is_a_reason_of_its_own(store):
    assert "last column" in why_target(store(table("a", "b", "c")))


def test_a_persons_choice_is_called_one(store, catalog):
    assert "Chosen" in why_target(catalog.with_target(store(table("a", "b", "c")), "b"))


def test_a_choice_among_several_names_of_targets_is_a_persons(store, catalog):
    dataset = store(table("label", "churn", "b"))
    other = {"label": "churn", "churn": "label"}[dataset.target]
    assert "name" in why_target(dataset)
    assert "Chosen" in why_target(catalog.with_target(dataset, other))


def test_what_is_predicted_is_said_in_words(store):
    dataset = store(table("a", "b", "c"))
    assert task_in_words(propose_task(dataset, "c"), dataset) == "A number, between 0 and 148.5."
    assert task_in_words(propose_task(dataset, "b"), dataset) == "4 classes, such as '0' and '1'."
