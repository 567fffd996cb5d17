"""The versions of a dataset that was fetched more than once. Fetches and compares nothing."""

from core.data.catalog import Catalog
from core.domain import Dataset


def versions(dataset: Dataset, catalog: Catalog) -> list[Dataset]:
    """The dataset's versions that there still are, the newest first, itself among them."""
    mine = {d.id: d for d in catalog.list(dataset.owner)}
    family = {dataset.id}
    grown = True
    while grown:
        grown = False
        for other in mine.values():
            related = other.previous in family or any(
                mine[i].previous == other.id for i in family if i in mine
            )
            if related and other.id not in family:
                family.add(other.id)
                grown = True
    return sorted((mine[i] for i in family if i in mine), key=lambda d: (-d.version, -d.created_at))
