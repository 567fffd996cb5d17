"""No process is heavier than its work: pages do without what trains, and a network without classic models."""

from pathlib import Path

from core.jobs.liveness import live_workers
from tests.e2e import screen
from tests.e2e.server import eventually

PAGES = ("", "data", "explore", "train", "compare", "predict", "runs")
HEAVY = ("tensorflow", "keras", "sklearn", "skops")


def imported(log: Path) -> set[str]:
    """The modules a process run under `-X importtime` has imported, by their full names."""
    lines = (line for line in log.read_text(errors="replace").splitlines() if line.startswith("import time:"))
    return {line.rsplit("|", 1)[1].strip() for line in lines}


def mapped(pid: int, libraries: tuple[str, ...]) -> list[str]:
    """What a process has of these libraries in its memory, told by the system itself; nothing where it does not tell."""
    maps = Path(f"/proc/{pid}/maps")
    lines = maps.read_text().splitlines() if maps.exists() else ()  # Linux alone has it
    return [line for line in lines if any(f"/{name}/" in line for name in libraries)]


def test_the_page_server_never_imports_what_trains_however_many_pages_are_looked_at(
    server, customers, finished, page
):
    for address in PAGES:
        screen.visit(page, f"{server.url}/{address}?dataset={customers.id}&run={finished.id}")
        screen.expect_no_complaint(page)
    seen = imported(server.log)
    assert "pages.components.session" in seen, "the list of imports is not what it should be"
    assert sorted(name for name in seen if name.split(".")[0] in HEAVY) == []
    assert not mapped(server.pid, HEAVY)


def test_a_worker_that_waits_for_a_training_has_keras_ready_and_no_classic_model(server):
    def ready():
        return [w for w in live_workers(server.home.workers, "training") if w.is_ready]

    waiting = eventually(ready, "no worker is ready to train")
    assert not mapped(waiting[0].pid, ("sklearn",))
    assert mapped(waiting[0].pid, ("tensorflow",)) or not Path("/proc/self/maps").exists()
