"""Run every benchmark, or those named: `make bench ARGS="training_speed"`."""

import argparse
import runpy
import sys

BENCHMARKS = ("training_speed", "pages", "runs_page", "explore", "ingest")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *BENCHMARKS], metavar="|".join(BENCHMARKS))
    names = parser.parse_args().names or BENCHMARKS
    for name in names:
        print(f"\n{name}", flush=True)
        sys.argv = [name]
        runpy.run_module(f"benchmarks.{name}", run_name="__main__")


if __name__ == "__main__":
    main()
