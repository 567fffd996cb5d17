"""Print the path of a Chromium for the browser tests, or an empty line. Knows no test.

Looked for in this order: one that is installed; what Playwright can download; on Debian, when
root, what apt-get can install. Without any, the reason is said loudly and the tests skip.
Runs under .venv's Python.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
DEBIAN_PACKAGES = ("chromium", "fonts-noto-cjk")


def find_chromium() -> str | None:
    """Path of a Chromium that starts, got if need be; None, said aloud, when there is no way."""
    path = installed()
    if path:
        return path
    tell("No Chromium for the browser tests: asking Playwright for one.")
    succeeds([sys.executable, "-m", "playwright", "install", "chromium"], limit_s=300)
    path = installed()
    if not path and is_debian() and os.geteuid() == 0:
        tell("Playwright could not bring one: asking Debian.")
        succeeds(["apt-get", "update"], limit_s=300)
        succeeds(["apt-get", "install", "-y", *DEBIAN_PACKAGES], limit_s=600)
        path = installed()
    if not path:
        tell(
            "*" * 100,
            "The browser tests are SKIPPED: there is no Chromium, and neither Playwright nor apt-get could bring one.",
            "Install Chromium or Google Chrome, or run `apt-get install chromium` as root; then `make test` again.",
            "*" * 100,
        )
    return path


def installed() -> str | None:
    for name in (*NAMES, MAC_CHROME):
        path = shutil.which(name)
        if path and starts(path):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if starts(path) else None


def starts(browser: str) -> bool:
    """Ubuntu's chromium-browser may be a stub, and Playwright's may lack system libraries: try."""
    return succeeds([browser, "--version"], limit_s=20)


def is_debian() -> bool:
    release = Path("/etc/os-release")
    return shutil.which("apt-get") is not None and release.is_file() and "debian" in release.read_text()


def succeeds(command: list[str], limit_s: float) -> bool:
    """Whether the command ended well within the limit; what it says is not shown."""
    silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        return subprocess.run(command, timeout=limit_s, env=environment, **silent).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def tell(*lines: str) -> None:
    print(*lines, sep="\n", file=sys.stderr, flush=True)


if __name__ == "__main__":
    print(find_chromium() or "")
