def cycle(iterable):
    return {*iterable}


def islice(iterable, *bounds):
    return {*iterable}


def repeat(value, times=None):
    return [value]


def product(*iterables, repeat=1):
    return [[value for value in iterable] for iterable in iterables]
