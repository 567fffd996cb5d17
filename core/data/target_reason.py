"""Why a column is asked about, and what predicting it amounts to, in sentences. Proposes nothing."""

from core.data.described import written
from core.data.roles import names_a_target, propose_target
from core.domain import Dataset, Task
from core.sentences import say


def why_target(dataset: Dataset) -> str:
    """One sentence on how the dataset came by its target."""
    if dataset.target is None:
        return say("target.none")
    has_header = dataset.options.get("header", True)
    if dataset.target != propose_target(dataset.columns, dataset.n_rows, has_header=has_header):
        return say("target.chosen")
    return say("target.by_name" if has_header and names_a_target(dataset.target) else "target.last")


def task_in_words(task: Task, dataset: Dataset) -> str:
    """One sentence on what is predicted."""
    if task.kind == "binary":
        negative = next(c for c in task.classes if c != task.positive_class)
        return say("task.binary", negative=negative, positive=task.positive_class)
    if task.kind == "multiclass":
        return say("task.multiclass", n=len(task.classes), first=task.classes[0], second=task.classes[1])
    statistics = dataset.column(task.target).statistics
    return say("task.regression", low=written(statistics["min"]), high=written(statistics["max"]))
