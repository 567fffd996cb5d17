"""Two people at one Fathom do not get into each other's way."""

from playwright.sync_api import expect

from tests.e2e import material, screen

SOMEBODY_ELSE = "https://accounts.example|somebody-else"


def test_what_one_browser_chose_is_not_chosen_in_another(server, customers, new_context):
    others = material.stored_customers(server.home, name="others.csv")
    first, second = new_context().new_page(), new_context().new_page()
    screen.visit(first, f"{server.url}/data?dataset={customers.id}")
    screen.visit(second, f"{server.url}/data?dataset={others.id}")
    screen.open_page(first, "Train")
    screen.expect_chosen(first, "pick_dataset", "customers.csv")
    screen.open_page(second, "Train")
    screen.expect_chosen(second, "pick_dataset", "others.csv")
    screen.choose(first, "pick_dataset", "others.csv")
    screen.choose(first, "pick_dataset", "customers.csv")
    second.reload()
    screen.expect_chosen(second, "pick_dataset", "others.csv")
    screen.expect_chosen(first, "pick_dataset", "customers.csv")


def test_a_run_and_a_dataset_of_somebody_else_are_named_as_not_there_and_show_nothing(server, page):
    dataset = material.stored_customers(server.home, owner=SOMEBODY_ELSE, name="secret-salaries.csv")
    spec = material.spec_of(dataset, epochs=1)
    run = material.start(server.home, spec, owner=SOMEBODY_ELSE, name="Secret run")
    for address in ("train", "compare", "predict", "data", "runs", ""):
        screen.visit(page, f"{server.url}/{address}?run={run.id}&dataset={dataset.id}")
        for word in ("Secret run", "secret-salaries"):
            expect(page.get_by_text(word)).to_have_count(0)
        screen.expect_no_complaint(page)
    screen.visit(page, f"{server.url}/train?run={run.id}")
    expect(page.get_by_test_id("stAlert").first).to_contain_text(run.id)
