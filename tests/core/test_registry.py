import sys

import pytest

from core.architectures import ARCHITECTURES
from core.baselines import BASELINES
from core.checks import CHECKS
from core.commands import COMMANDS
from core.data.sources import SOURCES
from core.errors import UnknownName
from core.modalities import MODALITIES
from core.registry import Registry


@pytest.fixture
def drinks(tmp_path, monkeypatch):
    """A folder of entries as a package; entry(name, source) puts a file into it."""
    folder = tmp_path / "drinks_of_the_test"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))

    def entry(name, key, order=0):
        (folder / f"{name}.py").write_text(
            f"from types import SimpleNamespace\ndrink = SimpleNamespace(key={key!r}, order={order})\n"
        )

    (folder / "_helper.py").write_text("raise RuntimeError('a helper is not read')\n")
    (folder / "glass.py").write_text("size = 3\n")
    import importlib

    importlib.invalidate_caches()
    package = importlib.import_module("drinks_of_the_test")
    yield Registry(package, "drink"), entry
    for name in [n for n in sys.modules if n.startswith("drinks_of_the_test")]:
        del sys.modules[name]


def test_one_file_is_one_entry_in_the_order_they_ask_for(drinks):
    registry, entry = drinks
    entry("tea", "tea", order=2)
    entry("water", "water", order=1)
    entry("coffee", "coffee", order=2)
    assert list(registry) == ["water", "coffee", "tea"] and len(registry) == 3
    assert registry["tea"].key == "tea" and "tea" in registry and "glass" not in registry


def test_a_look_up_that_fails_lists_what_exists(drinks):
    registry, entry = drinks
    entry("tea", "tea")
    with pytest.raises(UnknownName, match="No drink is called 'tee'. Did you mean 'tea'"):
        registry["tee"]
    assert registry.get("tee") is None and registry.get("tee", 3) == 3


def test_two_files_under_one_key_are_a_mistake(drinks):
    registry, entry = drinks
    entry("tea", "tea")
    entry("chai", "tea")
    with pytest.raises(ValueError, match="one key"):
        list(registry)


@pytest.mark.parametrize(
    "registry",
    [ARCHITECTURES, BASELINES, CHECKS, COMMANDS, SOURCES, MODALITIES],
    ids=lambda r: r._package.__name__,
)
def test_every_registry_has_entries_and_each_lies_in_a_file_of_its_key_or_noun(registry):
    assert len(registry) > 0
    for key, entry in registry.items():
        assert entry.key == key and isinstance(key, str) and key == key.lower()
