"""A finished run over a small table with a text, by a linear model and by a tiny Transformer."""

import pytest

from core.data.ingest import ingest
from core.domain import ModelSpec
from core.prediction.score import load_scorer, number_of
from core.training.process import configure_process
from tests.core.studies.conftest import Lab, bench  # noqa: F401, a fixture
from tests.core.training.toys import toy_frame, with_notes

TINY = {"epochs": 4, "batch_size": 32, "learning_rate": 0.02, "width": 8}


class Finished:
    """The run, and its models by key."""

    def __init__(self, folder, classics):
        self.lab = Lab(folder)
        path = folder / "notes.csv"
        with_notes(toy_frame("binary", 240)).to_csv(path, index=False)
        self.lab.dataset = ingest(path, name="notes.csv", owner="ada", home=self.lab.home)
        models = (
            ModelSpec(key="words_logistic"),
            ModelSpec(key="dummy"),
            ModelSpec(key="text_attention", params=TINY),
        )
        run = self.lab.new_run(*models)
        self.lab.carry_out(run, classics)
        self.store, self.catalog = self.lab.store, self.lab.catalog
        self.run = self.store.get(run.id, "ada")

    def scorer(self, key):
        return load_scorer(self.store, self.run, self.number(key))

    def number(self, key):
        return number_of(self.store, self.run, key)


@pytest.fixture(scope="session")
def finished(tmp_path_factory, bench):  # noqa: F811
    configure_process()
    return Finished(tmp_path_factory.mktemp("explained"), bench)
