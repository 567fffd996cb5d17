"""A class of a single example cannot be learned and judged: said in a sentence, of rows, texts and images alike."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from core.data.ingest import ingest
from core.data.task import propose_task
from core.errors import BadInput
from tests.core.pictures import encoded


def rows(folder: Path, classes: Sequence[str]) -> Path:
    lines = [f"{n}.5,{n % 3},{c}" for n, c in enumerate(classes)]
    (folder / "few.csv").write_text("\n".join(["size,plan,class", *lines]))
    return folder / "few.csv"


def texts(folder: Path, classes: Sequence[str]) -> Path:
    lines = [f"the shop was as good as number {n} of all of them today,{c}" for n, c in enumerate(classes)]
    (folder / "few.csv").write_text("\n".join(["note,class", *lines]))
    return folder / "few.csv"


def images(folder: Path, classes: Sequence[str]) -> Path:
    rng = np.random.default_rng(0)
    with zipfile.ZipFile(folder / "few.zip", "w") as file:
        for n, c in enumerate(classes):
            file.writestr(f"{c}/{n}.png", encoded(rng.integers(0, 255, (16, 16)).astype(np.uint8)))
    return folder / "few.zip"


@pytest.mark.parametrize(
    ("classes", "code", "sentence"),
    [
        (["ripe", "green", "lost"], "target_few_rows", "at least 10 are needed"),
        ([f"kind {n}" for n in range(12)], "too_many_classes", "too many for the rows there are"),
        (["ripe", "green"] * 15 + ["lost"], "class_of_one_row", "Only one row has the value 'lost'"),
    ],
    ids=["three in all", "one each", "one among many"],
)
@pytest.mark.parametrize("write", [rows, texts, images])
def test_a_class_of_one_example_is_refused_in_a_sentence(home, write, classes, code, sentence, tmp_path):
    path = write(tmp_path, classes)
    dataset = ingest(path, name=path.name, owner="ada", home=home)
    with pytest.raises(BadInput, match=sentence) as refused:
        propose_task(dataset, "class")
    assert refused.value.code == code
