import os
import sys

from core.training.process import _without_greeting, configure_process, out_of_memory


def test_what_libraries_write_meanwhile_is_dropped_and_the_descriptor_comes_back(capfd):
    with _without_greeting():
        os.write(2, b"a greeting\n")
    os.write(2, b"a message\n")
    assert capfd.readouterr().err == "a message\n"


def test_it_may_be_asked_again_and_again():
    for _ in range(2):
        configure_process()
    assert "tensorflow" in sys.modules


def test_memory_that_does_not_suffice_is_recognised_from_python_and_from_tensorflow():
    import tensorflow as tf

    assert MemoryError in out_of_memory() and tf.errors.ResourceExhaustedError in out_of_memory()
