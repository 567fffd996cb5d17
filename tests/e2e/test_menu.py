"""The menu of a narrow window."""

from playwright.sync_api import expect

from tests.e2e import screen

PHONE = {"width": 430, "height": 900}


def test_on_a_phone_the_menu_closes_over_the_page_that_was_chosen(server, page):
    page.set_viewport_size(PHONE)
    screen.visit(page, server.url)
    menu = page.get_by_test_id("stSidebar")
    for name in ("Runs", "Data"):
        page.get_by_test_id("stExpandSidebarButton").click()
        expect(menu).to_have_attribute("data-collapsed", "false")
        menu.get_by_role("link", name=name, exact=True).click()
        expect(screen.heading(page, name)).to_be_visible()
        expect(menu).to_have_attribute("data-collapsed", "true")
    screen.visit(page, page.url)
    expect(menu).to_have_attribute("data-collapsed", "true")
