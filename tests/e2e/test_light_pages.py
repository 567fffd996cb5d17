"""The process that serves pages stays light, whatever is looked at."""

from pathlib import Path

from tests.e2e import screen

PAGES = ("", "data", "explore", "train", "compare", "predict", "runs")
HEAVY = ("tensorflow", "keras", "sklearn", "skops")


def imported(log: Path) -> set[str]:
    """The modules a process run under `-X importtime` has imported, by their full names."""
    lines = (line for line in log.read_text(errors="replace").splitlines() if line.startswith("import time:"))
    return {line.rsplit("|", 1)[1].strip() for line in lines}


def test_the_page_server_never_imports_what_trains_however_many_pages_are_looked_at(
    server, customers, finished, page
):
    for address in PAGES:
        screen.visit(page, f"{server.url}/{address}?dataset={customers.id}&run={finished.id}")
        screen.expect_no_complaint(page)
    seen = imported(server.log)
    assert "pages.components.session" in seen, "the list of imports is not what it should be"
    assert sorted(name for name in seen if name.split(".")[0] in HEAVY) == []
    mapped = Path(f"/proc/{server.pid}/maps")
    if mapped.exists():  # on Linux: what the process has of them, told by the system itself
        assert not [line for line in mapped.read_text().splitlines() if any(f"/{h}/" in line for h in HEAVY)]
