def map(function, *iterables):
    return [function(*row) for row in zip(*iterables)]


def filter(function, iterable):
    if function is None:
        return [value for value in iterable if value]
    return [value for value in iterable if function(value)]


class _Named:
    def __init__(self, name):
        self.name = name
