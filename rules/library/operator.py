def itemgetter(*keys):
    if len(keys) == 1:
        return lambda base: base[keys[0]]
    return lambda base: [base[key] for key in keys]


def attrgetter(*names):
    if len(names) == 1:
        return lambda base: _attribute(base, names[0])
    return lambda base: [_attribute(base, name) for name in names]


def _attribute(base, name):
    first, _, more = name.partition(".")
    base = getattr(base, first)
    if not more:
        return base
    second, _, more = more.partition(".")
    base = getattr(base, second)
    if not more:
        return base
    third, _, more = more.partition(".")
    base = getattr(base, third)
    return getattr(base, more) if more else base


def methodcaller(name, *args, **kwargs):
    return lambda base: getattr(base, name)(*args, **kwargs)


def getitem(base, key):
    return base[key]


def add(left, right):
    return left + right


concat = add


def or_(left, right):
    return left | right


def ior(left, right):
    left |= right
    return left


def eq(left, right):
    return left == right


def not_(value):
    return not value


def contains(container, value):
    return value in container


@also("operator.iconcat")
def iadd(left, right):
    left += right
    return left
