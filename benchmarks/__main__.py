"""Run every benchmark, or those named: `make bench ARGS="training_speed"`."""

import argparse
import subprocess
import sys

BENCHMARKS = (
    "training_speed",
    "pages",
    "runs_page",
    "explore",
    "ingest",
    "out_of_core",
    "million",
    "images",
    "sound",
    "text",
    "typed_answer",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], metavar="|".join(BENCHMARKS))
    names = parser.parse_args().names or BENCHMARKS
    failed = []
    for name in names:
        print(f"\n{name}", flush=True)
        # in a process of its own: what one has imported and warmed must not help the next
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"]).returncode:
            failed.append(name)
    if failed:
        sys.exit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
