@also("queue.LifoQueue", "queue.SimpleQueue", "asyncio.Queue", "multiprocessing.Queue", "multiprocessing.SimpleQueue")
class Queue:
    def __init__(self, maxsize=0):
        self._kept = []

    def put(self, item, block=True, timeout=None):
        self._kept.append(item)

    def put_nowait(self, item):
        self._kept.append(item)

    def get(self, block=True, timeout=None):
        return self._kept.pop()

    def get_nowait(self):
        return self._kept.pop()


@also("asyncio.PriorityQueue")
class PriorityQueue(Queue):
    pass
