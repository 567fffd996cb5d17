"""Every network and every classic model goes through folds; the last test asserts that they did."""

import numpy as np
import pytest

from core.architectures import ARCHITECTURES
from core.baselines import BASELINES
from core.data.catalog import Catalog
from core.data.ingest import ingest
from core.data.split import propose_split
from core.data.task import propose_task
from core.domain import ModelSpec, RunSpec
from core.home import Home
from core.prediction.score import load_scorer
from core.runs.predictions import load_predictions
from core.runs.records import fold_folder, read_records
from core.runs.store import RunStore
from core.studies.run import carry_out
from core.training.process import configure_process
from tests.core.clips import tones_zip
from tests.core.pictures import bars_zip
from tests.core.studies.conftest import Context
from tests.core.training.toys import toy_frame, with_notes

N, FOLDS = 60, 2
MEDIA = {"image": bars_zip, "sound": tones_zip}  # in a folder for each class
EPOCH = {"epochs": 1, "batch_size": 16}
went_through: set[str] = set()


def kind_of(key):
    entry = ARCHITECTURES[key] if key in ARCHITECTURES else BASELINES[key]
    return entry.made_for, "binary" if "binary" in entry.tasks else "regression"


# classic models are quick: those for the same rows share a run
CASES = [(key,) for key in ARCHITECTURES] + [
    tuple(key for key in BASELINES if kind_of(key) == kind)
    for kind in sorted({kind_of(key) for key in BASELINES}, key=str)
]


def written(folder, made_for, task):
    """A file of N rows with such a column."""
    if made_for in MEDIA:
        return MEDIA[made_for](folder / f"{made_for}.zip", n_each=N // 2)
    frame = toy_frame(task, N) if made_for is None else {"text": with_notes}[made_for](toy_frame(task, N))
    path = folder / f"{made_for}-{task}.csv"
    frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """A dataset of each kind of row, made when it is first asked for."""
    configure_process()
    folder, made = tmp_path_factory.mktemp("folded"), {}
    home = Home.at(folder / "home")

    def place(made_for, task):
        if (made_for, task) not in made:
            path = written(folder, made_for, task)
            made[made_for, task] = ingest(path, name=path.name, owner="ada", home=home)
        return made[made_for, task]

    return home, place


@pytest.mark.parametrize("keys", CASES, ids=lambda keys: keys[0])
def test_each_fold_leaves_its_rows_out_and_all_answer_together(places, bench, keys):
    home, place = places
    dataset = place(*kind_of(keys[0]))
    catalog, store = Catalog(home), RunStore(home)
    task = propose_task(dataset, "class" if kind_of(keys[0])[0] in MEDIA else "y")
    models = tuple(ModelSpec(key=k, params=EPOCH if k in ARCHITECTURES else {}) for k in keys)
    spec = RunSpec(
        dataset=dataset.id, task=task, split=propose_split(dataset, task), models=models, folds=FOLDS
    )
    run = store.create(spec, "ada", "folded")
    carry_out(run, dataset, catalog=catalog, store=store, context=Context(), bench=bench)
    run, folder = store.get(run.id), store.folder(run.id)
    frame = catalog.read(dataset)
    for record in read_records(folder, run.spec):
        assert record.state == "done", (record.key, record.reason)
        assert len(record.folds) == FOLDS and record.voices == (1, 2)
        own = f"models/{record.folder}/predictions.parquet"
        left_out = [load_predictions(fold_folder(folder, f) / own, "validation")[0] for f in (1, 2)]
        rows, _, kept = load_predictions(folder / own, "test")
        assert sorted([*np.concatenate(left_out), *rows]) == list(range(N))
        assert load_scorer(store, run, record.number).predict(frame.iloc[rows]) == pytest.approx(
            kept, rel=1e-3
        )
        went_through.add(record.key)


def test_none_was_left_out(request):
    if {i.originalname for i in request.session.items if i.path == request.path} > {"test_none_was_left_out"}:
        assert went_through == {*ARCHITECTURES, *BASELINES}
