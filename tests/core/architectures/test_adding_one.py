"""The network that docs/adding-an-architecture.md adds is whole."""

import re
from pathlib import Path

from core.architectures import n_outputs
from tests.core.training.toys import toy

DOC = Path(__file__).resolve().parents[3] / "docs" / "adding-an-architecture.md"


def test_the_file_in_the_docs_builds_a_network():
    (code,) = re.findall(r"```python\n(.*?)```", DOC.read_text(encoding="utf-8"), re.S)
    module: dict = {}
    exec(compile(code, str(DOC), "exec"), module)  # noqa: S102 - our own documentation
    architecture, t = module["architecture"], toy("multiclass", made_for="image")
    assert architecture.suits(["image"]) and not architecture.suits(["decimal"])
    model = architecture.assemble(t.task, t.specs, {}, 0, t.rows)
    assert model({name: v[:2] for name, v in t.rows.inputs.items()}).shape == (2, n_outputs(t.task))
