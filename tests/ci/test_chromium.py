"""The browser for the browser tests: taken where it is, else fetched, else missed aloud."""

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture
def chromium(monkeypatch):
    path = Path(__file__).resolve().parents[2] / ".ci" / "chromium.py"
    spec = importlib.util.spec_from_file_location("fathom_chromium", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.asked = []

    def succeeds(command, limit_s):
        module.asked.append(" ".join(map(str, command[-2:])))
        return True

    monkeypatch.setattr(module, "succeeds", succeeds)
    return module


def test_an_installed_browser_is_used_and_nothing_is_fetched(chromium, monkeypatch):
    monkeypatch.setattr(chromium, "installed", lambda: "/usr/bin/chromium")
    assert chromium.find_chromium() == "/usr/bin/chromium"
    assert chromium.asked == []


def test_playwright_is_asked_before_debian(chromium, monkeypatch):
    answers = iter([None, "/home/somebody/chrome"])
    monkeypatch.setattr(chromium, "installed", lambda: next(answers))
    assert chromium.find_chromium() == "/home/somebody/chrome"
    assert chromium.asked == ["install chromium"]


@pytest.mark.parametrize(
    ("user", "asked"),
    [(0, ["install chromium", "apt-get update", "chromium fonts-noto-cjk"]), (1000, ["install chromium"])],
)
def test_without_any_browser_the_tests_are_skipped_aloud(chromium, monkeypatch, capsys, user, asked):
    monkeypatch.setattr(chromium, "installed", lambda: None)
    monkeypatch.setattr(chromium, "is_debian", lambda: True)
    monkeypatch.setattr(chromium.os, "geteuid", lambda: user)
    assert chromium.find_chromium() is None
    assert chromium.asked == asked
    assert "SKIPPED" in capsys.readouterr().err
