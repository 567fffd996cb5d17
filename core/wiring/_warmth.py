"""What workers import, and start, before their first job."""

from functools import lru_cache


@lru_cache(maxsize=1)
def bench():
    """The process that fits classic models, one a training worker."""
    from core.studies.classics import ClassicsBench

    return ClassicsBench()


def warm_training() -> None:
    bench()  # its process imports scikit-learn while this one imports TensorFlow
    from core.training.process import configure_process

    configure_process()
    import keras  # noqa: F401

    import core.studies.run  # noqa: F401


def warm_scoring() -> None:
    from core.training.process import configure_process

    configure_process()
    import sklearn.ensemble  # noqa: F401
    import skops.io  # noqa: F401
    from threadpoolctl import threadpool_limits

    import core.prediction.score  # noqa: F401
    import core.studies.estimate  # noqa: F401

    # the products of one row are small: threads of their own only wait for each other, and keep cores from those who work
    threadpool_limits(1)
