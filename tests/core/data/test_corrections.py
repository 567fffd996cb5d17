import pytest

from core.data.corrections import shown_role, with_role
from core.domain import Column, Dataset
from core.errors import UnknownName

DATASET = Dataset(
    id="0" * 20, owner="ada", name="t", blob="b", options={}, n_rows=3, location="", target="c",
    columns=(
        Column(name="a", kind="text", role="identifier"), Column(name="b", kind="integer"),
        Column(name="c", kind="integer"),
    ),
)  # fmt: skip


def roles(dataset: Dataset) -> str:
    return " ".join(shown_role(dataset, c) for c in dataset.columns)


@pytest.mark.parametrize(
    ("name", "role", "after"),
    [
        ("b", "ignore", "identifier ignore target"),
        ("a", "feature", "feature feature target"),
        ("b", "target", "identifier target feature"),
        ("a", "target", "target feature feature"),
        ("c", "target", "identifier feature target"),
        ("c", "feature", "identifier feature feature"),
        ("c", "ignore", "identifier feature ignore"),
    ],
)
def test_a_role_given_to_a_column_is_its_role_and_there_is_one_target_at_most(name, role, after):
    assert roles(with_role(DATASET, name, role)) == after


def test_unknown_columns_and_roles_are_refused():
    with pytest.raises(UnknownName, match="column"):
        with_role(DATASET, "d", "ignore")
    with pytest.raises(UnknownName, match="role"):
        with_role(DATASET, "b", "boss")
