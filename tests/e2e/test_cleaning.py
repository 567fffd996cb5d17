"""Cleaning in a real browser, whose selectors remember the labels they showed: nothing chosen is lost on the way."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import screen

ROWS = "".join(f"k{i},{['Bonn', 'Ulm'][i % 2]},{20 + i % 31},{'yn'[(i * 7) % 2]}\n" for i in range(90))


@pytest.fixture
def people_file(tmp_path):
    """Ninety people, ten of them twice."""
    path = tmp_path / "people.csv"
    path.write_text("id,town,age,churn\n" + ROWS + "".join(ROWS.splitlines(keepends=True)[:10]))
    return path


def expect_rows(page, n):
    expect(screen.metric(page, "Rows")).to_have_text(f"{n}")
    screen.rest(page)
    expect(page.get_by_role("combobox", name="Dataset")).to_have_value(re.compile(rf"people.csv · {n} rows"))
    screen.expect_no_complaint(page)


def test_rows_removed_and_brought_back_leave_the_dataset_chosen(server, page, people_file):
    screen.visit(page, server.url)
    page.locator("input[type='file']").first.set_input_files(people_file)
    expect(screen.heading(page, "Data")).to_be_visible()
    expect_rows(page, 100)
    address = page.url
    for _ in range(2):
        page.get_by_role("button", name="Remove duplicates").click()
        expect_rows(page, 90)
        screen.press(page, "recipe_undo")
        expect_rows(page, 100)
    assert page.url == address


def test_a_table_read_another_way_is_opened(server, page, people_file):
    screen.visit(page, server.url)
    page.locator("input[type='file']").first.set_input_files(people_file)
    expect(screen.heading(page, "Data")).to_be_visible()
    expect_rows(page, 100)
    address = page.url
    page.get_by_text("How was this read?").click()
    expect(page.get_by_label("Rows of names")).to_be_visible()
    page.get_by_label("Rows of names").fill("0")
    page.keyboard.press("Enter")
    screen.rest(page)
    screen.press(page, "read_again")
    expect_rows(page, 101)  # the names are a row now
    assert page.url != address
