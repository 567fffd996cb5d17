"""Two people at one Fathom do not get into each other's way, and see what is shared by its address."""

from playwright.sync_api import expect

from tests.e2e import material, screen

SOMEBODY_ELSE = "https://accounts.example|somebody-else"


def test_what_one_browser_chose_is_not_chosen_in_another(server, customers, new_context):
    others = material.stored_customers(server.home, name="others.csv")
    first, second = new_context().new_page(), new_context().new_page()
    screen.visit(first, f"{server.url}/data?dataset={customers.id}")
    screen.visit(second, f"{server.url}/data?dataset={others.id}")
    for page, mine, notmine in (
        (first, "customers.csv", "others.csv"),
        (second, "others.csv", "customers.csv"),
    ):
        screen.link(page, "Train").click()
        picker = screen.by_key(page, "pick_dataset")
        expect(picker).to_contain_text(mine, timeout=screen.PATIENCE_MS)
        expect(picker).not_to_contain_text(notmine)
    screen.choose(first, "pick_dataset", "others.csv")
    screen.choose(first, "pick_dataset", "customers.csv")
    second.reload()
    expect(screen.by_key(second, "pick_dataset")).to_contain_text("others.csv", timeout=screen.PATIENCE_MS)


def test_both_browsers_see_the_same_run_by_its_address(server, learning, new_context):
    pages = [new_context().new_page() for _ in range(2)]
    for page in pages:
        screen.visit(page, f"{server.url}/train?run={learning.id}")
    for page in pages:
        screen.expect_curve(page)
        expect(screen.heading(page, learning.name)).to_be_visible()
        screen.expect_no_complaint(page)


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
