"""What a person says of the columns, applied to a dataset: roles and the target. Stores nothing."""

from dataclasses import replace

from core.domain import Column, Dataset, Role
from core.errors import UnknownName

ROLES: tuple[Role, ...] = ("feature", "target", "identifier", "ignore")


def shown_role(dataset: Dataset, column: Column) -> Role:
    """The column's role as people see it: the target's is "target", which only the dataset knows."""
    return "target" if column.name == dataset.target else column.role


def with_role(dataset: Dataset, name: str, role: Role) -> Dataset:
    """The dataset with a column in that role.

    "target" takes the place of the one before, which becomes a feature again; giving the target
    another role leaves the dataset without one. Raises UnknownName for an unknown column or role.
    """
    if role not in ROLES:
        raise UnknownName("role", role, ROLES)
    dataset.column(name)
    kept = "feature" if role == "target" else role
    columns = tuple(replace(c, role=kept) if c.name == name else c for c in dataset.columns)
    target = name if role == "target" else None if name == dataset.target else dataset.target
    return replace(dataset, columns=columns, target=target)
