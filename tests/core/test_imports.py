"""Who may import whom, read from the source: each promise names the line that breaks it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# downwards only: a file may import from its own level and from those above it in this list
LEVELS = (
    ("domain", "errors", "registry", "codec", "knobs", "home", "sentences", "figures", "settings", "augmentation", "disturbance", "layer_list"),
    ("data", "modalities", "condensing"),
    (
        "architectures", "baselines", "coach", "layers", "preparation", "evaluation", "checks", "runs", "jobs", "training",
    ),
    ("studies", "prediction", "explanation", "scale"),
    ("commands", "wiring", "__main__"),
)  # fmt: skip
LEVEL_OF = {part: level for level, parts in enumerate(LEVELS) for part in parts}
HEAVY = ("tensorflow", "keras", "sklearn", "skops", "pyspark", "torch")
PYSPARK_LIVES_IN = ("core/data/engines/spark.py", "core/scale/")
# classes of Keras' own kinds: read only while a network is built, so as heavy to import as Keras
KERAS_LIVES_IN = ("core/layers/", "core/training/adam.py")
KERAS_MODULES = tuple(path.removesuffix(".py").rstrip("/").replace("/", ".") for path in KERAS_LIVES_IN)

# what reads a dataset also says what is wrong with it, and keeps the answer beside the data; the
# checks in turn look at the data through the catalogue
EXCEPTIONS = {("core/data/catalog.py", "core.checks"), ("core/data/ingest.py", "core.checks")}


@dataclass(frozen=True)
class Import:
    """One import. deferred: inside a function, so that reading the file does not import it;
    for_types: under `if TYPE_CHECKING`, so that nothing imports it at all."""

    path: str
    line: int
    module: str
    deferred: bool
    for_types: bool

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.module}"

    @property
    def part(self) -> str:
        """Which part of core it belongs to: "training" for core.training.loop."""
        return (self.module.split(".") + [""])[1]


def imports_of(source: str, path: str) -> Iterator[Import]:
    yield from _walk(ast.parse(source), path, deferred=False, for_types=False)


def _walk(node: ast.AST, path: str, deferred: bool, for_types: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.Import, ast.ImportFrom)):
            for module in _modules(child, path):
                yield Import(path, child.lineno, module, deferred, for_types)
        inside = deferred or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        typed = for_types or (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test))
        yield from _walk(child, path, inside, typed)


def _modules(node: ast.Import | ast.ImportFrom, path: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    package = Path(path).parent.parts[: len(Path(path).parts) - node.level] if node.level else ()
    base = ".".join([*package, *filter(None, [node.module])])
    # `from core import codec` names a part of core, not something in core/__init__.py
    return [f"{base}.{alias.name}" for alias in node.names] if base == "core" else [base]


def imports_below(*folders: str) -> list[Import]:
    files = [f for folder in folders for f in sorted(ROOT.glob(folder))]
    assert files, f"nothing below {folders}"
    found = []
    for file in files:
        path = file.relative_to(ROOT).as_posix()
        found += imports_of(file.read_text(encoding="utf-8"), path)
    return found


def breaches_of_level(imports: list[Import]) -> list[Import]:
    breaches = []
    for each in imports:
        if each.for_types or not each.module.startswith("core.") or (each.path, each.module) in EXCEPTIONS:
            continue
        own = LEVEL_OF[Path(each.path).with_suffix("").parts[1]]
        if LEVEL_OF[each.part] > own:
            breaches.append(each)
    return breaches


def heavy_when_read(imports: list[Import]) -> list[Import]:
    return [
        i for i in imports if (i.module.split(".")[0] in HEAVY or i.module.startswith(KERAS_MODULES))
        and not i.deferred and not i.for_types and not i.path.startswith(PYSPARK_LIVES_IN + KERAS_LIVES_IN)
    ]  # fmt: skip


CORE = imports_below("core/**/*.py")


def said(breaches: list[Import]) -> str:
    return "\n".join(map(str, breaches))


def test_every_part_of_core_has_a_level():
    parts = {f.stem for f in (ROOT / "core").glob("*.py")} | {
        f.name for f in (ROOT / "core").iterdir() if f.is_dir() and any(f.glob("*.py"))
    }
    assert parts - {"__init__"} <= set(LEVEL_OF)


def test_core_imports_downwards_only():
    assert not (breaches := breaches_of_level(CORE)), said(breaches)


def test_every_exception_to_the_rule_is_still_needed():
    assert EXCEPTIONS <= {(i.path, i.module) for i in CORE}


def test_streamlit_lives_only_in_the_application_and_its_pages():
    breaches = [i for i in CORE if i.module.split(".")[0] == "streamlit"]
    assert not breaches, said(breaches)


def test_core_knows_no_page():
    breaches = [i for i in CORE if i.module.split(".")[0] in ("pages", "app", "tests", "benchmarks")]
    assert not breaches, said(breaches)


def test_reading_core_or_a_page_imports_nothing_heavy():
    breaches = heavy_when_read(CORE + imports_below("pages/**/*.py", "app.py"))
    assert not breaches, said(breaches)


def test_pages_never_import_what_trains():
    breaches = [i for i in imports_below("pages/**/*.py", "app.py") if i.module.split(".")[0] in HEAVY]
    assert not breaches, said(breaches)


def test_pyspark_lives_in_its_engine_and_in_scale():
    breaches = [i for i in CORE if i.module.split(".")[0] == "pyspark"]
    breaches = [i for i in breaches if not i.path.startswith(PYSPARK_LIVES_IN)]
    assert not breaches, said(breaches)


@pytest.mark.parametrize(
    ("path", "source", "breaks"),
    [
        (
            "core/data/x.py",
            "def f():\n    from core.studies.run import go",
            "core/data/x.py:2 imports core.studies",
        ),
        ("core/codec.py", "from core import wiring", "core/codec.py:1 imports core.wiring"),
        ("core/jobs/x.py", "from ..commands import y", "core/jobs/x.py:1 imports core.commands"),
        ("core/data/x.py", "if TYPE_CHECKING:\n    import core.studies.run", ""),
        ("core/studies/x.py", "from core.data.split import assign", ""),
    ],
)
def test_a_breach_is_named_with_its_line(path, source, breaks):
    assert said(breaches_of_level(list(imports_of(source, path)))).startswith(breaks)
    assert bool(breaches_of_level(list(imports_of(source, path)))) == bool(breaks)


def test_what_is_made_of_keras_is_as_heavy_to_import():
    source = (
        "from core.layers.scaling import Scaling\ndef f():\n    from core.layers.scaling import Scaling\n"
    )
    assert (
        said(heavy_when_read(list(imports_of(source, "core/x.py"))))
        == "core/x.py:1 imports core.layers.scaling"
    )


def test_a_heavy_import_at_the_top_is_told_from_one_inside_a_function():
    source = "import numpy\nimport keras.layers\ndef f():\n    import keras\n"
    assert said(heavy_when_read(list(imports_of(source, "core/x.py")))) == "core/x.py:2 imports keras.layers"
