"""How much memory a process may ask for, enforced by the system where it can. Frees nothing.

A file that unpacks to more than the machine holds then ends in a MemoryError, which its job says in a
sentence, and not in the system killing whatever is largest.
"""

import logging

logger = logging.getLogger(__name__)


def limit_memory(most_bytes: int) -> bool:
    """Let this process hold at most so many bytes of data of its own; whether the system sees to it.

    Data is what it may write: heap, stacks and anonymous maps; mapped files do not count (RLIMIT_DATA of
    Linux since 4.7). A lower limit that somebody set before stays.
    """
    try:
        import resource
    except ImportError:  # Windows
        return False
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    lower = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (min([most_bytes, *lower]), hard))
    except (ValueError, OSError):  # the system knows the limit but does not keep it
        logger.warning("the memory of this worker could not be limited", exc_info=True)
        return False
    return True
