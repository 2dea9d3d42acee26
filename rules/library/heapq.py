def heappush(heap, item):
    heap.append(item)


def heappop(heap):
    return next(iter({*heap}))


def nlargest(n, iterable, key=None):
    return {*iterable}


nsmallest = nlargest
