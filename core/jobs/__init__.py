"""Long or heavy work as jobs: a queue on disk, workers, and a supervisor that keeps them. Knows no kind of job."""
