"""A browser and servers for the tests that look at Fathom as people do; pictures of what failed."""

import importlib.util
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from core.domain import Dataset, Run, RunSpec
from core.errors import NotYours
from core.jobs.queue import Queue
from core.runs.store import RunStore
from tests.e2e import material
from tests.e2e.server import PATIENCE_S, ROOT, Server

PICTURES = ROOT / "test-results"
WIDTH, HEIGHT = 1280, 900


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium: FATHOM_CHROMIUM as `make test` sets it, else one that is installed."""
    path = os.environ.get("FATHOM_CHROMIUM")
    if path is None:
        spec = importlib.util.spec_from_file_location("fathom_chromium", ROOT / ".ci" / "chromium.py")
        finder = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(finder)
        path = finder.installed()
    if not path:
        pytest.skip("there is no Chromium: `make test` says why")
    return path


# package and not session: Playwright keeps an event loop in this thread, which other tests start of their own
@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield launched
        launched.close()


@pytest.fixture
def new_context(browser: Browser, request: pytest.FixtureRequest) -> Iterator:
    """Makes browsers apart from one another: nothing of one is known to the next."""
    contexts: list[BrowserContext] = []

    def make() -> BrowserContext:
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, accept_downloads=True, locale="en-GB"
        )
        contexts.append(context)
        return context

    yield make
    if request.node.stash.get(FAILED, False):
        _take_pictures(request.node.name, [page for context in contexts for page in context.pages])
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_context) -> Page:
    return new_context().new_page()


@pytest.fixture(scope="package")
def server(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One Fathom for the tests that harm nothing. It notes every module it imports in its log."""
    with Server(tmp_path_factory.mktemp("fathom"), interpreter=("-X", "importtime")) as started:
        yield started


@pytest.fixture
def store(server: Server) -> RunStore:
    return RunStore(server.home)


@pytest.fixture
def queue(server: Server) -> Queue:
    return Queue(server.home)


@pytest.fixture(scope="package")
def customers(server: Server) -> Dataset:
    return material.stored_customers(server.home)


@pytest.fixture(scope="package")
def finished(server: Server, customers: Dataset) -> Run:
    """A short run that has ended well."""
    run = material.start(server.home, material.spec_of(customers, epochs=3), name="Finished")
    ended = Queue(server.home).wait(run.id, 120)
    assert ended.state == "succeeded", ended.error
    return RunStore(server.home).get(run.id)


@pytest.fixture
def learning(server: Server, customers: Dataset) -> Iterator[Run]:
    """A run that has begun to learn and will go on for several seconds."""
    yield from _while_learning(server, material.spec_of(customers, **material.LONG))


@pytest.fixture(scope="module")
def endless(server: Server, customers: Dataset, finished: Run) -> Iterator[Run]:
    """A run that learns for as long as a module's tests look at it.

    `finished` comes before it: trainings wait for one another.
    """
    yield from _while_learning(server, material.spec_of(customers, **material.LONG | {"epochs": 10_000}))


def _while_learning(server: Server, spec: RunSpec) -> Iterator[Run]:
    """Start a run and wait for its curve; afterwards it makes room for the next one."""
    run = material.start(server.home, spec, name="Learning")
    material.await_epoch(server.home, run, 3)
    yield run
    queue = Queue(server.home)
    with suppress(NotYours):  # a test may have deleted it
        queue.request(run.id, run.owner, "discard")
        assert queue.wait(run.id, PATIENCE_S).is_ended


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    report = yield
    if report.when in ("setup", "call") and report.failed:
        item.stash[FAILED] = True
    return report


def _take_pictures(name: str, pages: list[Page]) -> None:
    """What every open page showed when the test failed."""
    PICTURES.mkdir(exist_ok=True)
    for number, page in enumerate(pages):
        path = PICTURES / f"{re.sub(r'[^A-Za-z0-9]+', '-', name).strip('-')}-{number}.png"
        page.screenshot(path=path, full_page=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
