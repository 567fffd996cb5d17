"""How long somebody waits who types a sentence: from the pause after the last key until Chromium shows another answer.

The pause itself (a third of a second without a key) is taken off: it is waited out on purpose. What the
model takes of it is what the answer's card says. Everything in between is the page, the queue and the worker.
"""

import re
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.pages import chromium
from core.commands import OWNER
from core.data.ingest import ingest
from core.domain import ModelSpec
from core.jobs.queue import Queue
from core.studies.plan import default_spec
from pages.components.prediction_form import TYPING_PAUSE
from tests.e2e import material, screen
from tests.e2e.server import ROOT, Server

MODELS = ("text_bag", "text_attention", "words_logistic")
SAMPLES = (("reviews.csv", "would_buy_again", "review"), ("messages_zh.csv", "类别", "内容"))
ROUNDS, LIMIT_MS = 20, 100
PAUSE_MS = int(re.match(r"\d+", TYPING_PAUSE).group())

# since the last key, to the first change of the answer's text
WATCH = """() => {
  const card = () => document.querySelector('.st-key-answer')?.innerText ?? '';
  window.typed = null; window.shown = null; window.before = card();
  document.addEventListener('input', () => { window.typed = performance.now(); window.shown = null; window.before = card(); }, true);
  new MutationObserver(() => {
    const now = card();
    if (window.typed !== null && window.shown === null && now && now !== window.before) window.shown = performance.now();
  }).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""


def main() -> None:
    path = chromium()
    if path is None:
        print("  not measured, there is no Chromium")
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, target, column in SAMPLES:
            dataset = ingest(ROOT / "sample_data" / name, name=name, owner=OWNER, home=server.home)
            models = tuple(
                ModelSpec(key=k, params={"epochs": 3} if k.startswith("text") else {}) for k in MODELS
            )
            spec = replace(default_spec(dataset, target), models=models)
            run = material.start(server.home, spec)
            assert Queue(server.home).wait(run.id, 600).state == "succeeded"
            page = browser.new_page()
            screen.visit(page, f"{server.url}/predict?run={run.id}")
            for number, key in enumerate(MODELS):
                _choose(page, run.id, number)
                _tell(f"{name}, {key}", *_typed(page, column))
            page.close()
        browser.close()


def _choose(page: Page, run: str, number: int) -> None:
    box = screen.by_key(page, f"predict_model_{run}").get_by_role("combobox")
    box.click()
    page.get_by_role("option").nth(number).click()
    screen.rest(page)


def _typed(page: Page, column: str) -> tuple[list[float], list[float]]:
    """Milliseconds to the answer, and those of them that the model took, of each round."""
    field = page.get_by_label(column, exact=True).first
    field.click()
    page.evaluate(WATCH)
    waited, model = [], []
    for number in range(ROUNDS + 2):
        field.press_sequentially(f" {number}")
        page.wait_for_function("window.shown !== null", timeout=60_000)
        if number >= 2:  # the first ones load the model
            waited.append(page.evaluate("window.shown - window.typed") - PAUSE_MS)
            said = screen.by_key(page, "answer").inner_text()
            model.append(float(re.findall(r"(\d+) ms", said)[-1]))
        time.sleep(0.5)  # the words are explained meanwhile
    return waited, model


def _tell(what: str, waited: list[float], model: list[float]) -> None:
    median, slow = statistics.median(waited), sorted(waited)[int(0.9 * (len(waited) - 1))]
    said = "ok" if median <= LIMIT_MS else "OVER"
    print(
        f"  {what:<32} median {median:4.0f} ms, 90 % {slow:4.0f}, the model {statistics.median(model):3.0f}"
        f"  (limit {LIMIT_MS}: {said})"
    )


if __name__ == "__main__":
    main()
