import pytest

from core.domain import ModelSpec, RunSpec, Split, Task
from core.home import Home
from core.jobs.queue import Queue
from core.runs.store import RunStore


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def store(home) -> RunStore:
    return RunStore(home)


@pytest.fixture
def queue(home) -> Queue:
    return Queue(home)


@pytest.fixture
def spec() -> RunSpec:
    return a_spec()


def a_spec(dataset: str = "d1", target: str = "churn") -> RunSpec:
    task = Task(kind="binary", target=target, features=("age",), classes=("no", "yes"), metric="auc")
    models = (ModelSpec(key="mlp", params={"units": [8]}), ModelSpec(key="linear"))
    return RunSpec(dataset=dataset, task=task, split=Split(seed=3), models=models, budget_s=60.0)


def a_job(queue: Queue, run, state: str | None = None) -> None:
    """The run's job, taken by a worker and ended in `state` if one is given."""
    queue.put(kind="train", lane="training", owner=run.owner, payload={}, job_id=run.id)
    if state:
        queue.claim("training", "w")
        queue.start(run.id, "w")
        if state != "running":
            queue.finish(run.id, state)
