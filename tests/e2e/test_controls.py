"""Whoever watches a training can lay it down, take it up, end it early or throw it away."""

import pytest
from playwright.sync_api import expect

from core.errors import NotYours
from tests.e2e import material, screen
from tests.e2e.server import eventually


def watch(page, server, run) -> None:
    screen.visit(page, f"{server.url}/train?run={run.id}")
    screen.expect_curve(page)


def test_a_paused_run_stands_still_until_it_is_resumed(server, learning, store, queue, page):
    watch(page, server, learning)
    screen.press(page, "run_pause")
    expect(screen.by_key(page, "run_resume")).to_be_visible()
    assert queue.get(learning.id).state == "paused"
    stood = material.last_epoch(store.folder(learning.id))
    page.reload()
    expect(screen.by_key(page, "run_resume")).to_be_visible()
    assert screen.epoch(page) == stood == material.last_epoch(store.folder(learning.id))
    screen.press(page, "run_resume")
    screen.expect_epoch_after(page, stood)
    assert queue.get(learning.id).attempt == 2
    screen.expect_no_complaint(page)


def test_finish_now_keeps_the_best_and_ends_with_scores(server, learning, store, page):
    watch(page, server, learning)
    screen.press(page, "run_finish")
    screen.expect_verdict(page)
    assert material.last_epoch(store.folder(learning.id)) < material.EPOCHS
    network = next(s for s in store.scores(learning) if s.part == "test" and s.family == "deep")
    assert network.value is not None
    screen.expect_no_complaint(page)


def test_a_discarded_run_is_gone(server, learning, store, queue, page):
    watch(page, server, learning)
    screen.press(page, "run_discard")
    screen.press(page, "run_discard_yes")
    expect(screen.by_key(page, "start_training")).to_be_visible()
    eventually(lambda: not store.folder(learning.id).exists(), "the run's folder is still there")
    with pytest.raises(NotYours):
        store.get(learning.id)
    with pytest.raises(NotYours):
        queue.get(learning.id)
    assert learning.id not in page.url
    screen.expect_no_complaint(page)
