"""What somebody sees and does on Fathom's pages, found by label, role or key. Knows no server's inside."""

import re

from playwright.sync_api import Locator, Page, expect

PATIENCE_MS = 60_000  # for anything: the machine may be busy with something else
expect.set_options(timeout=PATIENCE_MS)
CONNECTED = "[data-testid='stApp'][data-test-connection-state='CONNECTED']"
RESTED = f"{CONNECTED}[data-test-script-state='notRunning']"


def visit(page: Page, url: str) -> None:
    """Open an address and wait until its script has run."""
    page.goto(url)
    rest(page)


def rest(page: Page) -> None:
    expect(page.locator(RESTED)).to_be_visible()


def by_key(page: Page, key: str) -> Locator:
    """The widget or container of that key."""
    return page.locator(f".st-key-{re.sub(r'[^a-zA-Z0-9_-]', '-', key)}")


def press(page: Page, key: str) -> None:
    """Click the button of that key."""
    by_key(page, key).get_by_role("button").first.click(timeout=PATIENCE_MS)


def open_page(page: Page, name: str, *, title: str | None = None) -> None:
    """Go there by the navigation. title: what the page is headed by, if not its name."""
    page.get_by_test_id("stTopNav").get_by_role("link", name=name, exact=True).click()
    expect(heading(page, title or name)).to_be_visible()
    rest(page)


def heading(page: Page, text: str | re.Pattern[str]) -> Locator:
    return page.get_by_role("heading", name=text, exact=True)


def metric(page: Page, label: str) -> Locator:
    """The value of the figure of that label."""
    named = page.get_by_test_id("stMetric").filter(has=page.get_by_text(label, exact=True))
    return named.get_by_test_id("stMetricValue")


def epoch(page: Page) -> int:
    """The epoch that the live page shows."""
    said = metric(page, "Epoch").inner_text(timeout=PATIENCE_MS)
    return int(re.match(r"\d+", said.strip()).group())


def expect_epoch_after(page: Page, number: int) -> None:
    """Wait until the live page shows a later epoch than this one."""
    page.wait_for_function(
        """number => [...document.querySelectorAll("[data-testid='stMetric']")].some(
            m => /^Epoch\\b/.test(m.innerText) && parseInt(m.innerText.split("\\n").pop()) > number)""",
        arg=number,
        timeout=PATIENCE_MS,
    )


def expect_curve(page: Page, title: str = "Loss over epochs") -> None:
    """The chart of that title is drawn and has points of training and validation rows."""
    drawn = page.get_by_label(re.compile(rf"^{title}: training .* validation "))
    expect(drawn.locator("svg, canvas").first).to_be_visible()


def expect_verdict(page: Page, timeout_ms: float = PATIENCE_MS) -> None:
    """The run's page says that it is done and which model to use."""
    expect(page.get_by_test_id("stAlert").first).to_be_visible(timeout=timeout_ms)
    expect(by_key(page, "to_compare")).to_be_visible(timeout=timeout_ms)


def expect_no_complaint(page: Page) -> None:
    """No traceback, no page that failed."""
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text("Traceback")).to_have_count(0)


def choose(page: Page, key: str, option: str) -> None:
    """Pick an option of a select box by what it reads."""
    by_key(page, key).get_by_role("combobox").click()
    page.get_by_role("option", name=option).first.click()
    rest(page)


def expect_chosen(page: Page, key: str, text: str) -> None:
    """The select box shows an option that begins so."""
    box = by_key(page, key).get_by_role("combobox")
    expect(box).to_have_value(re.compile(rf"^{re.escape(text)}"))


def fill(page: Page, key: str, text: str) -> None:
    """Type into a field and leave it."""
    field = by_key(page, key).locator("input, textarea").first
    field.fill(text)
    field.press("Enter")
    rest(page)
