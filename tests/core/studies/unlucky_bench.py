"""The classic models' process with bad luck: one model never ends, one raises, one takes the process with it.

usage: python -m tests.core.studies.unlucky_bench
"""

import os
import time

from core.studies import classics

fit = classics._fit


def unlucky(record, task, seed, run_folder):
    if record.key == "knn":
        time.sleep(600)
    if record.key == "tree":
        raise ValueError("no luck today")
    if record.key == "bayes":
        os._exit(9)
    return fit(record, task, seed, run_folder)


if __name__ == "__main__":
    classics._fit = unlucky
    classics.serve()
