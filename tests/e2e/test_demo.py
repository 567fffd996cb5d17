"""Shown to others, Fathom needs one click and a minute."""

import time

from playwright.sync_api import expect

from tests.e2e import screen
from tests.e2e.server import Server

MOST_S = 60.0


def test_one_click_on_the_first_page_ends_on_the_verdict_within_a_minute(chromium, tmp_path, page):
    with Server(tmp_path) as server:
        screen.visit(page, server.url)
        clicked = time.monotonic()
        screen.press(page, "show_me")
        screen.expect_curve(page)
        screen.expect_verdict(page, timeout_ms=2 * MOST_S * 1000)
        took_s = time.monotonic() - clicked
        expect(page.get_by_test_id("stAlert").first).not_to_be_empty()
        screen.expect_no_complaint(page)
    assert took_s <= MOST_S
