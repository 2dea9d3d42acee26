def itemgetter(*keys):
    if len(keys) == 1:
        return lambda base: base[keys[0]]
    return lambda base: [base[key] for key in keys]


def attrgetter(*names):
    if len(names) == 1:
        return lambda base: _attribute(base, names[0])
    return lambda base: [_attribute(base, name) for name in names]


def _attribute(base, name):
    if "." not in name:
        return getattr(base, name)
    for part in name.split("."):
        base = getattr(base, part)
    return base


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
