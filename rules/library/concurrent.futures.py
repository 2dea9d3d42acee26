@also("concurrent.futures.ProcessPoolExecutor", "concurrent.futures.thread.ThreadPoolExecutor")
class ThreadPoolExecutor:
    def __enter__(self):
        return self

    @handed
    def submit(self, fn, /, *args, **kwargs):
        return Future(fn(*args, **kwargs))

    @handed
    def map(self, fn, *iterables, timeout=None, chunksize=1):
        return [fn(*row) for row in zip(*iterables)]


class Future:
    def __init__(self, value=None):
        self._result = value

    def result(self, timeout=None):
        return self._result

    def set_result(self, value):
        self._result = value

    def add_done_callback(self, fn):
        fn(self)


def as_completed(futures, timeout=None):
    return {*futures}


def wait(futures, timeout=None, return_when=None):
    return {*futures}, {*futures}
