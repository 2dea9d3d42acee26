@also(
    "multiprocessing.pool.Pool",
    "multiprocessing.pool.ThreadPool",
    "multiprocessing.dummy.Pool",
    "multiprocessing.get_context().Pool",
)
class Pool:
    def __enter__(self):
        return self

    def apply(self, func, args=(), kwds={}):
        return func(*args, **kwds)

    def apply_async(self, func, args=(), kwds={}, callback=None, error_callback=None):
        return _Result(func(*args, **kwds))

    def map(self, func, iterable, chunksize=None):
        return [func(item) for item in iterable]

    def map_async(self, func, iterable, chunksize=None, callback=None, error_callback=None):
        return _Result([func(item) for item in iterable])

    def imap(self, func, iterable, chunksize=1):
        return [func(item) for item in iterable]

    def imap_unordered(self, func, iterable, chunksize=1):
        return [func(item) for item in iterable]

    def starmap(self, func, iterable, chunksize=None):
        return [func(*items) for items in iterable]

    def starmap_async(self, func, iterable, chunksize=None, callback=None, error_callback=None):
        return _Result([func(*items) for items in iterable])


class _Result:
    def __init__(self, value):
        self._value = value

    def get(self, timeout=None):
        return self._value
