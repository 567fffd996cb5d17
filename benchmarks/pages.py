"""How long people wait for a page: after a cold start, from page to page, with a thousand runs stored.

Server times are those of Streamlit's own protocol, spoken by a client that draws nothing: from
asking for a page until its script has run, everything sent included. The cold start is seen by
Chromium, from the start of the process until the first page rests.
"""

import importlib.util
import os
import statistics
import tempfile
import time
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from benchmarks.runs_page import fill
from core.commands import OWNER
from core.domain import Dataset, Run
from core.jobs.queue import Queue
from core.runs.records import read_records
from core.runs.store import RunStore
from core.studies.plan import chosen_models, default_spec
from tests.e2e import material, screen
from tests.e2e.server import ROOT, Server

PAGES = ("start", "data", "explore", "train", "compare", "predict", "runs")
ROUNDS = 12
COLD_LIMIT_MS, PAGE_LIMIT_MS, RUNS_LIMIT_MS = 3_000, 150, 300
N_RUNS = 1_000
N_COLD = 3
SLOW_CLASSICS = ("forest", "boosting", "svm", "knn")
SLOW_ROWS = 60_000  # as many as keep the second core busy while pages are measured


def main() -> None:
    print(f"  (load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)")
    with tempfile.TemporaryDirectory() as folder:
        _cold_starts(Path(folder))
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder)) as server:
        table = material.stored_customers(server.home)
        finished = material.start(server.home, material.spec_of(table, epochs=5), name="Finished")
        assert Queue(server.home).wait(finished.id, 120).state == "succeeded"
        _from_page_to_page(server, "at rest", table, dict.fromkeys(PAGES, finished))
        _while_training(server, table, finished)
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder)) as server:
        _many_runs(server)


def _cold_starts(folder: Path) -> None:
    path = chromium()
    if path is None:
        print("cold start: not measured, there is no Chromium")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        times = []
        for number in range(N_COLD):
            server, page = Server(folder / str(number)), browser.new_page()
            started = time.perf_counter()
            with server:
                screen.visit(page, server.url)
                times.append((time.perf_counter() - started) * 1e3)
            page.close()
        browser.close()
    _tell("cold start to the first page at rest", times, COLD_LIMIT_MS)


def _from_page_to_page(server: Server, when: str, table: Dataset, runs: Mapping[str, Run]) -> None:
    """Go round the pages, each with the run that is looked at there, as somebody would who has it all chosen."""
    times: dict[str, list[float]] = {name: [] for name in PAGES}
    with visitor(server) as ask:
        for number in range(ROUNDS + 1):
            for name in PAGES:
                took = ask("" if name == "start" else name, dataset=table.id, run=runs[name].id)
                if number:  # the first round imports
                    times[name].append(took)
    for name, measured in times.items():
        _tell(f"{name}, {when}", measured, PAGE_LIMIT_MS)
    _tell(f"all pages, {when}", [took for measured in times.values() for took in measured], PAGE_LIMIT_MS)


def _while_training(server: Server, table: Dataset, finished: Run) -> None:
    """A network on one core, classic models on the other."""
    path = material.write_customers(server.home.root / "large.csv", n_rows=SLOW_ROWS)
    large = material.stored(path, server.home)
    spec = default_spec(large, material.TARGET, seed=1)
    texts = {"epochs": "10000", "early_stopping": "false"}
    spec = replace(spec, models=chosen_models(["mlp", *SLOW_CLASSICS], texts, spec.task))
    run = material.start(server.home, spec, name="Busy")
    material.await_epoch(server.home, run, 1)
    _from_page_to_page(server, "while training", table, dict.fromkeys(PAGES, finished) | {"train": run})
    records = read_records(RunStore(server.home).folder(run.id), spec)
    busy = [r.title for r in records if r.state == "training"]
    print(f"  (in training to the end: {', '.join(busy)})")


def _many_runs(server: Server) -> None:
    queue, store = Queue(server.home), RunStore(server.home)
    fill(server.home, N_RUNS)
    for job in queue.list(OWNER, limit=N_RUNS):
        queue.finish(job.id, "succeeded")
    summary = {"metric_title": "AUC", "recommended": "Multi-layer perceptron", "value": 0.9}
    for run in store.list(OWNER, limit=N_RUNS):
        store.set_summary(run.id, summary)
    with visitor(server) as ask:
        first = ask("runs")
        _tell(f"Runs with {N_RUNS:,} stored", [ask("runs") for _ in range(ROUNDS)], RUNS_LIMIT_MS, first)


@contextmanager
def visitor(server: Server):
    """A session of Streamlit's protocol; gives ask(page, **chosen) → milliseconds until its script has run."""
    with connect(f"ws://localhost:{server.port}/_stcore/stream", max_size=None) as socket:

        def ask(page: str, **chosen: str) -> float:
            message = BackMsg()
            message.rerun_script.page_name = page
            message.rerun_script.query_string = urlencode(chosen)
            started = time.perf_counter()
            socket.send(message.SerializeToString())
            while True:
                answer = ForwardMsg.FromString(socket.recv(timeout=60))
                assert not answer.HasField("page_not_found"), page
                if answer.WhichOneof("type") == "script_finished":
                    # a script that asked to be run again is not done yet
                    if answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                        return (time.perf_counter() - started) * 1e3

        yield ask


def _tell(what: str, times: list[float], limit_ms: float, first: float | None = None) -> None:
    median, slow = statistics.median(times), sorted(times)[int(0.9 * (len(times) - 1))]
    said = "ok" if median <= limit_ms else "OVER"
    begun = f", first {first:.0f}" if first is not None else ""
    print(f"  {what:<40} median {median:5.0f} ms, 90 % {slow:5.0f}{begun}  (limit {limit_ms:,}: {said})")


def chromium() -> str | None:
    spec = importlib.util.spec_from_file_location("fathom_chromium", ROOT / ".ci" / "chromium.py")
    finder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(finder)
    return finder.installed()


if __name__ == "__main__":
    main()
