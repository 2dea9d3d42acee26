def cycle(iterable):
    return {*iterable}


def islice(iterable, *bounds):
    return {*iterable}


def repeat(value, times=None):
    return [value]


def product(*iterables, repeat=1):
    for _ in iterables:
        yield [next(iter({*iterable})) for iterable in iterables]
