"""What is going on is on disk and its id in the address: F5 loses nothing, and a colleague sees the same."""

from playwright.sync_api import expect

from tests.e2e import screen


def test_after_f5_the_curve_and_the_run_are_there_and_go_on(server, endless, queue, page):
    screen.visit(page, f"{server.url}/train?run={endless.id}")
    screen.expect_curve(page)
    seen = screen.epoch(page)
    page.reload()
    screen.expect_curve(page)
    screen.expect_epoch_after(page, seen)
    screen.expect_curve(page, "AUC over epochs")
    assert f"run={endless.id}" in page.url
    assert queue.get(endless.id).attempt == 1
    screen.expect_no_complaint(page)


def test_a_run_that_goes_on_is_found_again_after_a_look_at_another_page(server, endless, page):
    screen.visit(page, f"{server.url}/train?run={endless.id}")
    screen.expect_curve(page)
    screen.open_page(page, "Data")
    page.reload()
    screen.rest(page)
    screen.open_page(page, "Train", title=endless.name)
    screen.expect_curve(page)
    assert f"run={endless.id}" in page.url


def test_two_browsers_see_the_same_run_by_its_address(server, endless, new_context):
    pages = [new_context().new_page() for _ in range(2)]
    for page in pages:
        screen.visit(page, f"{server.url}/train?run={endless.id}")
    for page in pages:
        screen.expect_curve(page)
        expect(screen.heading(page, endless.name)).to_be_visible()
        screen.expect_no_complaint(page)


def test_the_address_of_a_finished_run_shows_its_verdict(server, finished, page):
    screen.visit(page, f"{server.url}/train?run={finished.id}")
    screen.expect_verdict(page)
    expect(page.get_by_test_id("stAlert").first).to_contain_text(finished.summary["sentence"])
