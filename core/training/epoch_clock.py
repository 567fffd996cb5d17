"""How long steps and epochs take, measured while a network trains, and how many there is time for. Trains nothing."""

SAFETY = 0.95  # of the time left may be planned with: other work on the machine comes and goes
CALLS_ENOUGH = 3  # timed calls into TensorFlow, after which a step's time is worth something


class EpochClock:
    """The first call into TensorFlow traces the graph, and the first epoch holds that call: neither counts."""

    def __init__(self, steps_per_epoch: int):
        self.steps_per_epoch = steps_per_epoch
        self.evaluation_s = 0.0  # at the end of each epoch, as far as it is known
        self.step_s = 0.0  # a moving average; 0 while unknown
        self._n_calls = self._n_epochs = 0
        self._whole_s = 0.0  # of an epoch, a moving average; 0 while unknown

    def stepped(self, seconds: float, n: int) -> bool:
        """n steps took those seconds; whether there are enough to plan by, before an epoch says better."""
        self._n_calls += 1
        if self._n_calls > 1:
            self.step_s = _moved(self.step_s, max(seconds / n, 1e-7))
        return self._n_calls > CALLS_ENOUGH and not self._n_epochs

    def ended(self, seconds: float) -> None:
        """A whole epoch took those seconds, its evaluation included."""
        self._n_epochs += 1
        if self._n_epochs > 1:
            self._whole_s = _moved(self._whole_s, max(seconds, 1e-6))

    @property
    def epoch_s(self) -> float:
        """Seconds an epoch takes; 0 while unknown."""
        if self._whole_s or not self.step_s:
            return self._whole_s
        return self.step_s * self.steps_per_epoch + self.evaluation_s

    def epochs_in(self, seconds: float, step: int) -> int:
        """How many epochs end within the seconds, that in hand included, of which `step` steps are done."""
        return int(max(0.0, SAFETY * seconds) / self.epoch_s + step / self.steps_per_epoch)

    def steps_in(self, seconds: float) -> int:
        return int(SAFETY * max(0.0, seconds) / self.step_s) if self.step_s else 0


def _moved(before: float, now: float) -> float:
    return 0.5 * (before + now) if before else now
