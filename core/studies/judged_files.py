"""The images or sounds of a run's test rows, by the rows' numbers. Judges none."""

from collections.abc import Sequence

from core.data.catalog import Catalog
from core.data.gallery import contents_of
from core.data.making import base_of
from core.data.media import MEDIA
from core.domain import Kind, Run
from core.runs.store import RunStore
from core.studies.cleaned import seen_by


def media_features(run: Run, catalog: Catalog, store: RunStore) -> dict[str, Kind]:
    """The features of the run whose cells are files of their own, with their kinds. Raises NotYours when its dataset is gone."""
    dataset = seen_by(run.spec, catalog.get(run.spec.dataset, run.owner), catalog, store.folder(run.id))
    known = {c.name: c.kind for c in dataset.columns}
    return {name: known[name] for name in run.spec.task.features if known.get(name) in MEDIA}


def judged_files(
    run: Run, catalog: Catalog, store: RunStore, column: str, rows: Sequence[int]
) -> dict[int, bytes]:
    """Row → stored file. Raises NotYours when the dataset is gone."""
    dataset = seen_by(run.spec, catalog.get(run.spec.dataset, run.owner), catalog, store.folder(run.id))
    own = contents_of(dataset, catalog, column, [row for row in rows if row < dataset.n_rows])
    beyond = [row - dataset.n_rows for row in rows if row >= dataset.n_rows]
    if not beyond:
        return own
    # the test file's rows are counted on from this one's
    judge = base_of(catalog.get(run.spec.split.test_dataset or "", run.owner), catalog)
    found = contents_of(judge, catalog, column, beyond)
    return own | {row + dataset.n_rows: content for row, content in found.items()}
