"""What Fathom is for: bring a table, see what is in it, train, compare, predict, take the answers along."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import material, screen
from tests.e2e.server import ROOT


@pytest.fixture
def customers_file(tmp_path) -> Path:
    return material.write_customers(tmp_path / "brought.csv", seed=1)


@pytest.fixture
def new_rows(tmp_path) -> Path:
    """Customers whose future nobody knows yet; the last one is unlike any before."""
    path = material.write_customers(tmp_path / "new customers.csv", n_rows=200, seed=2, with_target=False)
    with open(path, "a", encoding="utf-8") as file:
        file.write("C-99999,300,atlantis,plus,50.00,2026-01-01,yes,\n")
    return path


def table_of(path: Path) -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def predicted_at_the_terminal(server, run_id: str, rows: Path, out: Path) -> list[dict[str, str]]:
    done = subprocess.run(
        [sys.executable, "-m", "core", "predict", run_id, str(rows), "--out", str(out), "--json"],
        cwd=ROOT, env={**os.environ, "FATHOM_HOME": str(server.home.root)}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["run"] == run_id
    return table_of(out)


def test_from_an_uploaded_file_to_downloaded_predictions(
    server, page, store, customers_file, new_rows, tmp_path
):
    screen.visit(page, server.url)
    page.locator("input[type='file']").first.set_input_files(customers_file)

    expect(screen.heading(page, "Data")).to_be_visible()
    expect(screen.metric(page, "Rows")).to_have_text(f"{material.N_ROWS:,}")
    expect(screen.by_key(page, "findings")).to_contain_text("note")
    assert "dataset=" in page.url
    screen.press(page, "to_train")

    expect(screen.heading(page, "Train")).to_be_visible()
    screen.rest(page)
    screen.by_key(page, "train_architecture").get_by_text("Multi-layer perceptron").click()
    screen.rest(page)
    screen.fill(page, "knob_mlp_epochs", "8")
    expect(screen.by_key(page, "start_training").get_by_role("button")).to_be_enabled()
    screen.press(page, "start_training")
    screen.expect_curve(page)
    screen.expect_verdict(page, timeout_ms=120_000)
    run = store.get(page.url.split("run=")[1].split("&")[0])
    assert run.spec.models[0].params["epochs"] == 8
    verdict = run.summary["sentence"]
    expect(page.get_by_test_id("stAlert").first).to_contain_text(verdict)
    screen.press(page, "to_compare")

    expect(screen.heading(page, "Compare")).to_be_visible()
    expect(page.get_by_test_id("stAlert").first).to_contain_text(verdict)
    expect(page.get_by_test_id("stPlotlyChart").first).to_be_visible()
    screen.press(page, "to_predict")

    expect(screen.heading(page, "Predict")).to_be_visible()
    answer = screen.by_key(page, "answer")
    expect(answer).to_contain_text("probable")
    expect(answer.get_by_test_id("stMetricValue")).to_have_text(re.compile("^(yes|no)$"))

    screen.by_key(page, "batch_file").locator("input[type='file']").set_input_files(new_rows)
    screen.press(page, "batch_start")
    result = screen.by_key(page, "batch_result")
    expect(result).to_be_visible()
    expect(screen.metric(page, "Doubtful rows")).to_have_text("1")
    with page.expect_download(timeout=screen.PATIENCE_MS) as download:
        result.get_by_test_id("stDownloadButton").get_by_role("button").click()
    taken = tmp_path / "taken.csv"
    download.value.save_as(taken)
    screen.expect_no_complaint(page)

    said = predicted_at_the_terminal(server, run.id, new_rows, tmp_path / "terminal.csv")
    downloaded = table_of(taken)
    assert len(said) == 201
    assert [{name: row[name] for name in said[0]} for row in downloaded] == said
    assert [row["customer_id"] for row in downloaded] == [row["customer_id"] for row in table_of(new_rows)]
    assert "atlantis" in said[-1]["trust"]
