"""How TensorFlow is set up in a process that trains or predicts. Trains nothing itself."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import ModuleType

ENVIRONMENT = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
_IMPORTING = threading.Lock()  # descriptor 2 is the whole process's: two threads must not both swap it


def configure_process() -> None:
    """One thread for TensorFlow: a small network is faster alone on a core (0.30× against
    0.43× of Keras' time for MNIST's 128 units), and the classic models have the other."""
    # by the environment, since it may be asked again once TensorFlow is in use
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    with _IMPORTING, _without_greeting():
        sys.modules.setdefault(_Unused.name, _Unused(_Unused.name))
        import tensorflow  # noqa: F401


class _Unused(ModuleType):
    """Stands for Keras' wrapper of scikit-learn, which nobody here uses: importing it imports all of scikit-learn
    and much of SciPy, a fifth of what a process that trains needs to start (0.8 of 3.9 s of CPU)."""

    name = "keras.src.wrappers.sklearn_wrapper"

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def use_all_cores() -> None:
    """For convolutions, which a second core makes twice as fast; classic models share it meanwhile.

    Before TensorFlow's first operation in the process: later it keeps the threads it has.
    """
    import tensorflow as tf

    with suppress(RuntimeError):
        tf.config.threading.set_intra_op_parallelism_threads(os.cpu_count() or 1)
        tf.config.threading.set_inter_op_parallelism_threads(os.cpu_count() or 1)


def out_of_memory() -> tuple[type[BaseException], ...]:
    """What Python and TensorFlow raise when memory does not suffice."""
    import tensorflow as tf

    return MemoryError, tf.errors.ResourceExhaustedError


@contextmanager
def _without_greeting() -> Iterator[None]:
    """Nothing reaches descriptor 2 meanwhile: TensorFlow's C++ side writes three lines there when
    imported, whatever its log level is. What Python prints goes there too, unless `sys.stderr`
    has a descriptor of its own."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
