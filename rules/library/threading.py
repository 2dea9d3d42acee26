class local:
    pass


@also("multiprocessing.Process", "threading.Timer")
class Thread:
    def __init__(self, group=None, target=None, name=None, args=(), kwargs={}, *, daemon=None):
        self._started = target
        self._arguments = args
        self._options = kwargs

    def start(self):
        self._started(*self._arguments, **self._options)
