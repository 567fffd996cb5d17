"""Setting up on a machine that is not as it should be ends in one sentence that says what to do."""

import ast
import importlib.util
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / ".ci" / "setup.py"


@pytest.fixture(scope="module")
def setup():
    spec = importlib.util.spec_from_file_location("fathom_setup", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fake(folder: Path, name: str, says: str, status: int = 0) -> Path:
    """A program that prints a line, notes that it ran, and ends with that status."""
    path = folder / name
    path.write_text(f'#!/bin/sh\necho "$0 $*" >> {folder}/ran\necho "{says}"\nexit {status}\n')
    path.chmod(0o755)
    return path


@pytest.fixture
def folder(tmp_path):
    """A project folder that has nothing but a lock."""
    (tmp_path / "requirements.lock").write_text("# made\nabsl-py==2.5.1\n")
    return tmp_path


# --- a Python ---


def test_the_script_can_be_read_by_a_python_too_old_for_fathom():
    ast.parse(SCRIPT.read_text(), feature_version=(3, 8))


@pytest.mark.parametrize(
    ("answers", "chosen"),
    [
        (["3 9 1", "3 12 1"], 1),
        (["3 14 1", "3 11 1"], 1),
        (["pyenv: not found", "3 13 1"], 1),
        (["3 12 0", "3 11 1"], 1),
        (["3 13 1", "3 11 1"], 0),
    ],
)
def test_the_first_python_that_fathom_can_use_is_taken(setup, tmp_path, answers, chosen):
    paths = [str(fake(tmp_path, f"python{i}", answer)) for i, answer in enumerate(answers)]
    assert setup.find_python(paths) == paths[chosen]


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        (["3 8 1", "3 10 1"], "needs Python 3.11, 3.12 or 3.13; found on this machine: 3.10, 3.8"),
        (["3 14 1"], "found on this machine: 3.14"),
        ([], "found on this machine: none"),
        (["3 12 0"], "apt-get install python3-venv"),
    ],
)
def test_without_a_python_to_use_the_sentence_says_which_to_install(setup, tmp_path, answers, sentence):
    paths = [str(fake(tmp_path, f"python{i}", answer)) for i, answer in enumerate(answers)]
    with pytest.raises(setup.Trouble, match=sentence):
        setup.find_python(paths)


# --- the packages ---


@pytest.fixture
def pip(setup, monkeypatch):
    """Set-up with fakes for what takes a minute: what was asked of it, in order."""
    asked = []

    def make_venv(_, venv):
        asked.append("venv")
        (venv / "bin").mkdir()
        fake(venv / "bin", "python", "3 11 1")

    monkeypatch.setattr(setup, "find_python", lambda: sys.executable)
    monkeypatch.setattr(setup, "make_venv", make_venv)
    monkeypatch.setattr(setup, "install", lambda *_: asked.append("install"))
    monkeypatch.setattr(setup, "compile_bytecode", lambda _: asked.append("compile"))
    return asked


def test_a_fresh_folder_gets_a_venv_the_packages_and_bytecode_once(setup, pip, folder):
    setup.make_ready(folder)
    setup.make_ready(folder)
    assert pip == ["venv", "install", "compile"]
    assert setup.is_ready(folder)


def test_a_changed_lock_is_installed_into_the_same_venv(setup, pip, folder):
    setup.make_ready(folder)
    (folder / "requirements.lock").write_text("absl-py==2.5.2\n")
    assert not setup.is_ready(folder)
    setup.make_ready(folder)
    assert pip == ["venv", "install", "compile", "install", "compile"]


def test_an_interrupted_installation_is_made_anew(setup, pip, folder, monkeypatch):
    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(setup, "install", interrupt)
        with pytest.raises(KeyboardInterrupt):
            setup.make_ready(folder)
    (folder / ".venv" / "half-written").touch()
    assert not setup.is_ready(folder)
    setup.make_ready(folder)
    assert pip == ["venv", "venv", "install", "compile"]
    assert not (folder / ".venv" / "half-written").exists()


def test_a_venv_whose_python_is_gone_is_made_anew(setup, pip, folder):
    setup.make_ready(folder)
    (folder / ".venv" / "bin" / "python").unlink()
    setup.make_ready(folder)
    assert pip.count("venv") == 2


PIP_SAID = {
    "unreachable": "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError("
    "': Failed to establish a new connection: [Errno -3] Temporary failure in name resolution')'\n"
    "ERROR: No matching distribution found for absl-py==2.5.1",
    "absent": "ERROR: Could not find a version that satisfies the requirement h5py==3.14.0 (from versions: 3.1)\n"
    "ERROR: No matching distribution found for h5py==3.14.0",
    "full": "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
    "other": "ERROR: something nobody foresaw",
}


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        ("unreachable", "No package index could be reached"),
        ("absent", "has no h5py==3.14.0 for this system"),
        ("full", "The disk is full"),
        ("other", "could not be installed"),
    ],
)
def test_a_failed_installation_says_why_and_where_to_read_on(setup, tmp_path, capsys, case, sentence):
    python = fake(tmp_path, "python", PIP_SAID[case], status=1)
    with pytest.raises(setup.Trouble, match=sentence) as trouble:
        setup.install(python, tmp_path / "install.log", ["-r", "requirements.lock"], 1)
    assert str(tmp_path / "install.log") in str(trouble.value)
    assert PIP_SAID[case].splitlines()[-1] in capsys.readouterr().err


def test_the_lock_holds_names_and_versions_only(setup):
    text = setup.lock_text("numpy==2.4.6\nabsl-py==2.5.1\n", "3.11")
    assert text.splitlines()[1:] == ["absl-py==2.5.1", "numpy==2.4.6"]
    with pytest.raises(setup.Trouble, match="file:///home"):
        setup.lock_text("numpy @ file:///home/somebody/numpy.whl\n", "3.11")


def test_the_lock_in_the_repository_meets_the_stated_bounds():
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    lines = (ROOT / "requirements.lock").read_text().splitlines()
    locked = {canonicalize_name(n): v for n, v in (line.split("==") for line in lines if line[0] != "#")}
    for file in ("requirements.txt", "requirements-dev.txt"):
        for line in (ROOT / file).read_text().splitlines():
            text = line.split("#")[0].strip()
            if text:
                wanted = Requirement(text)
                assert wanted.specifier.contains(locked[canonicalize_name(wanted.name)]), text
                assert {s.operator for s in wanted.specifier} == {">=", "<"}, f"{text} lacks a bound"


# --- the port ---


def ask_for_port(port: object) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, SCRIPT, "port", str(port)], capture_output=True, text=True)


def test_a_port_in_use_is_said_with_another_that_is_free():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = ask_for_port(port)
    assert answer.returncode == 2
    assert f"Port {port} is in use" in answer.stderr
    assert "make run PORT=" in answer.stderr and f"PORT={port}`" not in answer.stderr
    assert "Traceback" not in answer.stderr
    assert ask_for_port(port).returncode == 0


@pytest.mark.parametrize("port", ["abc", "0", "70000", "-1", "²"])
def test_a_port_that_is_no_port_is_refused(setup, port):
    with pytest.raises(setup.Trouble, match="from 1 to 65535"):
        setup.check_port(port)


def test_make_run_starts_nothing_when_the_port_is_in_use():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = subprocess.run(
            ["make", "run", f"PORT={port}"], cwd=ROOT, capture_output=True, text=True, timeout=30
        )
    assert answer.returncode != 0
    assert "is in use" in answer.stderr
    assert "streamlit" not in (answer.stdout + answer.stderr).lower()


# --- the terminal ---


def test_make_without_any_python_says_what_to_install(tmp_path):
    for name in ("make", "sh", "uname"):
        os.symlink(
            next(p for d in os.environ["PATH"].split(":") if (p := Path(d) / name).exists()), tmp_path / name
        )
    bare = {"PATH": str(tmp_path), "HOME": str(tmp_path)}
    answer = subprocess.run(["make", "run"], cwd=ROOT, capture_output=True, text=True, env=bare)
    assert answer.returncode != 0
    assert "Fathom needs Python 3.11, 3.12 or 3.13" in answer.stderr
