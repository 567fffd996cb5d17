import subprocess
import sys

import pytest

from core.jobs.lanes import LANES

SCRIPT = """
from core.jobs.memory import limit_memory
assert limit_memory(500 << 20)
small = bytearray(50 << 20)
try:
    bytearray(1 << 30)
except MemoryError:
    print("refused")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux keeps this limit")
def test_a_process_that_asks_for_too_much_is_refused_and_goes_on():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
    assert done.stdout.split() == ["refused"], done.stderr


def test_the_lane_that_reads_strangers_files_is_limited():
    assert LANES["data"].most_bytes and LANES["training"].most_bytes is None
