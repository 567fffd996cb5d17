"""What is going on is on disk and its id in the address: F5 loses nothing."""

from tests.e2e import screen


def test_after_f5_the_curve_and_the_run_are_there_and_go_on(server, learning, queue, page):
    screen.visit(page, f"{server.url}/train?run={learning.id}")
    screen.expect_curve(page)
    seen = screen.epoch(page)
    page.reload()
    screen.expect_curve(page)
    screen.expect_epoch_after(page, seen)
    screen.expect_curve(page, "AUC over epochs")
    assert f"run={learning.id}" in page.url
    assert queue.get(learning.id).attempt == 1
    screen.expect_no_complaint(page)


def test_a_started_run_is_in_the_address_and_survives_a_look_at_another_page(server, learning, page):
    screen.visit(page, f"{server.url}/train?run={learning.id}")
    screen.expect_curve(page)
    screen.link(page, "Data").click()
    screen.heading(page, "Data").wait_for()
    screen.rest(page)
    page.reload()
    screen.rest(page)
    screen.link(page, "Train").click()
    screen.expect_curve(page)
    assert f"run={learning.id}" in page.url
