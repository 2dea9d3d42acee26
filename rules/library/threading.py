class local:
    pass


@also("multiprocessing.Process", "multiprocessing.context.Process")
class Thread:
    def __init__(self, group=None, target=None, name=None, args=(), kwargs={}, *, daemon=None):
        self._started = target
        self._arguments = args
        self._options = kwargs

    def start(self):
        self._started(*self._arguments, **self._options)


class Timer:
    def __init__(self, interval, function, args=None, kwargs=None):
        self._started = function
        self._arguments = args or ()
        self._options = kwargs or {}

    def start(self):
        self._started(*self._arguments, **self._options)
