"""Make this folder ready: a venv, the locked packages, a free port. Knows no code of Fathom's.

    setup.py ready        .venv holds what requirements.lock says; returns at once when it already does
    setup.py port 8501    exits with a sentence when somebody listens there
    setup.py lock         makes requirements.lock anew from requirements.txt and requirements-dev.txt

Standard library only, in words that Python 3.8 can read: whoever has an older Python than Fathom
needs gets a sentence, not a syntax error. What goes wrong is one sentence and exit status 2.
"""

import argparse
import fcntl
import hashlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST, NEWEST = (3, 11), (3, 13)  # TensorFlow 2.21 has no wheels for 3.14
PYTHON_NAMES = ("python3.13", "python3.12", "python3.11", "python3", "python")


class Trouble(Exception):
    """Something the person at the terminal can mend; the message is the sentence they read."""


# --- a Python ---------------------------------------------------------------------------------


def version_of(python):
    """(major, minor, can make a venv) of an interpreter, or None when it does not run.

    It is run rather than trusted by name: a pyenv shim called python3.13 may lead nowhere.
    """
    question = (
        "import sys, importlib.util as u; "
        "print(sys.version_info[0], sys.version_info[1], int(bool(u.find_spec('ensurepip'))))"
    )
    try:
        answer = subprocess.check_output([str(python), "-c", question], stderr=subprocess.DEVNULL, timeout=20)
        major, minor, has_venv = (int(word) for word in answer.split())
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return major, minor, bool(has_venv)


def find_python(names=(sys.executable, *PYTHON_NAMES)):
    """Path of the first interpreter of those names that Fathom can use. Raises Trouble when none is."""
    found = []
    for name in names:
        path = shutil.which(name)
        version = path and version_of(path)
        if version:
            found.append((version, path))
    fit = [(version, path) for version, path in found if OLDEST <= version[:2] <= NEWEST]
    for version, path in fit:
        if version[2]:
            return path
    if fit:
        raise Trouble(
            f"{fit[0][1]} cannot make virtual environments: its module ensurepip is missing. "
            "On Debian or Ubuntu say `apt-get install python3-venv` (as root), then try again."
        )
    there = sorted({"{}.{}".format(*version[:2]) for version, _ in found}) or ["none"]
    raise Trouble(
        "Fathom needs Python 3.11, 3.12 or 3.13; found on this machine: {}. Install one of them "
        "(python.org, or your system's packages), then try again.".format(", ".join(there))
    )


# --- the packages -----------------------------------------------------------------------------


def fingerprint(root):
    """What the stamp of a finished set-up must hold: it changes with the locked packages."""
    return hashlib.sha256((root / "requirements.lock").read_bytes()).hexdigest()


def is_ready(root):
    stamp = root / ".venv" / "ready"
    python = root / ".venv" / "bin" / "python"
    return stamp.is_file() and python.exists() and stamp.read_text() == fingerprint(root)


def make_ready(root):
    """Bring .venv to what requirements.lock says.

    A mark lies in .venv while packages change. Found at the start, it means that an earlier
    set-up was cut off, and a package half written there would pass for installed: so all is
    made anew. The stamp is written last.
    """
    if is_ready(root):
        return
    with only_one_at_a_time(root):
        if is_ready(root):
            return
        venv = root / ".venv"
        python, mark, stamp = venv / "bin" / "python", venv / "unfinished", venv / "ready"
        version = version_of(python) if python.exists() else None
        if mark.exists() or not version or not OLDEST <= version[:2] <= NEWEST:
            interpreter = find_python()
            shutil.rmtree(venv, ignore_errors=True)
            venv.mkdir()
            mark.touch()
            make_venv(interpreter, venv)
        mark.touch()
        stamp.unlink(missing_ok=True)
        n_packages = len(re.findall(r"^\w", (root / "requirements.lock").read_text(), re.MULTILINE))
        tell(f"Installing {n_packages} packages into {venv}: a minute or two, once.")
        install(python, venv / "install.log", ["-r", str(root / "requirements.lock")], n_packages)
        compile_bytecode(python)
        stamp.write_text(fingerprint(root))
        mark.unlink()


def make_venv(python, folder):
    subprocess.run([python, "-m", "venv", str(folder)], check=True)


@contextmanager
def only_one_at_a_time(root):
    """`make run` and `make test` may be started together: the second waits for the first."""
    with open(root / "requirements.lock") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            tell("Waiting for another set-up of this folder to end.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(python, log, what, n_packages):
    """pip install, its output in the file `log`. Raises Trouble with the reason and the last lines."""
    # bytecode is compiled afterwards, on all cores at once
    options = "--no-input --no-compile --progress-bar off".split()
    command = [str(python), "-m", "pip", "install", *options, *what]
    pip = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace"
    )
    n_seen = 0
    with open(log, "w", encoding="utf-8") as file:
        for line in pip.stdout:
            file.write(line)
            file.flush()
            if line.startswith("Collecting "):
                n_seen += 1
                show_progress(f"  found {n_seen} of {n_packages}: {line.split()[1]}")
            elif line.startswith("Installing collected"):
                show_progress("  unpacking")
    show_progress("")
    if pip.wait():
        text = log.read_text(encoding="utf-8")
        tell(*["  | " + line for line in text.splitlines()[-8:]])
        raise Trouble(f"{why_pip_failed(text)} All that pip said is in {log}.")


def why_pip_failed(log):
    """The sentence for what pip printed: the disk, the network, a package, or something else."""
    if "No space left on device" in log:
        return "The disk is full: Fathom's packages need about 3.5 GB. Free some space, then try again."
    if re.search(r"connection broken by|Max retries exceeded|Failed to establish|timed out", log):
        return (
            "No package index could be reached, so nothing was installed. Connect to a network, or name an index "
            "that you can reach in PIP_INDEX_URL, then try again."
        )
    missing = re.search(r"No matching distribution found for (\S+)", log)
    if missing:
        return (
            f"The package index has no {missing.group(1)} for this system and Python. Try another Python (3.11, 3.12 or 3.13) "
            "with `make run PYTHON=/path/to/python3`."
        )
    return "The packages could not be installed."


def compile_bytecode(python):
    """Spare TensorFlow's first import about five seconds. A file that does not compile is left as it is."""
    tell("Compiling them.")
    packages = subprocess.check_output(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], encoding="utf-8"
    ).strip()
    subprocess.run([str(python), "-m", "compileall", "-qq", "-j", "0", packages], check=False)


def make_lock(root):
    """Resolve the two requirement files in an empty venv and write down what came out.

    The oldest Python at hand is used: what serves it has, so far, served the newer ones too.
    """
    python = find_python(("python3.11", "python3.12", "python3.13", sys.executable))
    with tempfile.TemporaryDirectory() as folder:
        venv = Path(folder) / "venv"
        make_venv(python, venv)
        fresh = venv / "bin" / "python"
        # TensorFlow wants setuptools, of which a venv may hold an old one or none: lock a current one
        files = [
            "-U",
            "setuptools",
            "-r",
            str(root / "requirements.txt"),
            "-r",
            str(root / "requirements-dev.txt"),
        ]
        tell("Resolving requirements.txt and requirements-dev.txt in an empty venv.")
        install(fresh, venv / "install.log", files, n_packages="?")
        frozen = subprocess.check_output(
            [str(fresh), "-m", "pip", "freeze", "--all", "--exclude", "pip"], encoding="utf-8"
        )
    (root / "requirements.lock").write_text(lock_text(frozen, "{}.{}".format(*version_of(python)[:2])))
    tell("requirements.lock is made anew. Run the tests before you keep it.")


def lock_text(frozen, python_version):
    """The lock file for what `pip freeze` printed. Raises Trouble for a package not from an index."""
    pins = [line.strip() for line in frozen.splitlines() if line.strip()]
    for pin in pins:
        if not re.fullmatch(r"[\w.-]+==[\w.+!]+", pin):
            raise Trouble(f"The lock may hold only name==version, but pip froze {pin!r}.")
    head = f"# Made by `make lock` on Python {python_version}: the whole set, do not edit."
    return "\n".join([head, *sorted(pins, key=str.lower)]) + "\n"


# --- the port ---------------------------------------------------------------------------------


def check_port(text):
    """Raises Trouble with the remedy when the app could not listen there."""
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise Trouble(f"PORT must be a number from 1 to 65535, not {text!r}: `make run PORT=8501`.")
    port = int(text)
    if is_taken(port):
        free = next((p for p in range(port + 1, min(port + 100, 65536)) if not is_taken(p)), 0)
        raise Trouble(
            f"Port {port} is in use, perhaps by a Fathom already running: look at http://localhost:{port} or choose another "
            f"port with `make run PORT={free or 8501}`."
        )


def is_taken(port):
    """Whether somebody answers on that port, or the system would not let us listen there."""
    try:
        socket.create_connection(("localhost", port), timeout=1).close()
        return True
    except OSError:
        pass  # nobody answers: now see whether we may listen
    with socket.socket() as listener:
        # as servers do: a port whose last connections are still closing is free
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except PermissionError:
            raise Trouble(f"Port {port} is reserved for the administrator: `make run PORT=8501`.")
        except OSError:
            return True
    return False


# --- the terminal -----------------------------------------------------------------------------


def tell(*lines):
    print(*lines, sep="\n", file=sys.stderr, flush=True)


def show_progress(text):
    """One line that overwrites itself, for a person; nothing in a log."""
    if sys.stderr.isatty():
        print("\r" + text[:100].ljust(100) + ("" if text else "\r"), end="", file=sys.stderr, flush=True)


def main(arguments):
    parser = argparse.ArgumentParser(prog="setup.py", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("ready", "port", "lock"))
    parser.add_argument("port", nargs="?", default="8501")
    options = parser.parse_args(arguments)
    try:
        if options.what == "ready":
            make_ready(ROOT)
        elif options.what == "port":
            check_port(options.port)
        else:
            make_lock(ROOT)
    except Trouble as trouble:
        tell(str(trouble))
        return 2
    except subprocess.CalledProcessError as failure:
        tell("This command failed, with what it printed above: {}".format(" ".join(map(str, failure.cmd))))
        return 2
    except KeyboardInterrupt:
        tell("", "Interrupted. The next `make run` starts the set-up again.")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
