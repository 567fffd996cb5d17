"""Which tests share a process when they run in several, and what each of them leaves as it was."""

import os
import resource

import pytest

TOGETHER = (
    "tests/e2e/"  # a server, its workers and a finished run cost more than half a minute of a core to make
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """`--dist loadfile`, with the browser tests as if they were one file."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class ByWhatIsShared(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return TOGETHER if nodeid.startswith(TOGETHER) else super()._split_scope(nodeid)

    return ByWhatIsShared(config, log)


@pytest.fixture(autouse=True)
def _leaves_the_process_as_it_was():
    """A worker lowers its priority and limits its memory: in this process that would hold for all later tests."""
    before = os.nice(0), resource.getrlimit(resource.RLIMIT_DATA)
    yield
    assert (os.nice(0), resource.getrlimit(resource.RLIMIT_DATA)) == before
