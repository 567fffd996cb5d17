"""The second file that judges a run: its columns read as the training columns are. Scores nothing."""

from core.data.catalog import Catalog
from core.data.retyping import retyped
from core.domain import NUMERIC_KINDS, Dataset, Kind, RunSpec
from core.errors import BadInput

WORDS: tuple[Kind, ...] = ("category", "text")


def judging_dataset(spec: RunSpec, dataset: Dataset, catalog: Catalog) -> Dataset:
    """The dataset whose rows are the test rows of a "file" split, its kinds those of training.

    A file's kinds are recognised from the file alone: a column of yes and no in one may hold
    true and false in the other, and would silently count as missing.
    Raises NotYours, UnknownName for a column it lacks, and BadInput when it is the training
    table itself or a value does not fit the training column's kind.
    """
    judge = catalog.get(spec.split.test_dataset or "", dataset.owner)
    if judge.blob == dataset.blob:
        raise BadInput("judge_is_training", name=judge.name)
    names = [*spec.task.features, spec.task.target]
    wanted = {n: dataset.column(n).kind for n in names}
    differing = {n: kind for n, kind in wanted.items() if not _alike(judge.column(n).kind, kind)}
    return retyped(judge, differing)


def _alike(found: Kind, wanted: Kind) -> bool:
    """Whether values of both kinds are stored alike, so that nothing has to be cast."""
    both = {found, wanted}
    return len(both) == 1 or both <= set(NUMERIC_KINDS) or both <= set(WORDS)
