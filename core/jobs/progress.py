"""How long a job has taken and may still take, from what the queue knows of it. Draws nothing."""

import time

from core.jobs.job import Job

LEAST_FRACTION = 0.1  # before that much is done an estimate would only be noise
LEAST_S = 1.0


def elapsed_s(job: Job, now: float | None = None) -> float:
    """Seconds since a worker took it, or since it was asked for while it waits."""
    end = job.ended_at or now or time.time()
    return max(0.0, end - (job.started_at or job.created_at))


def left_s(job: Job, now: float | None = None) -> float | None:
    """Seconds it may still take at its present pace; None while that cannot be said."""
    if job.state != "running" or not LEAST_FRACTION <= job.fraction < 1:
        return None
    passed = elapsed_s(job, now)
    return None if passed < LEAST_S else passed * (1 - job.fraction) / job.fraction
