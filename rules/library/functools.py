def reduce(function, iterable, initial=None):
    result = initial if initial is not None else next(iter(iterable))
    for value in iterable:
        result = function(result, value)
    return result


def wraps(wrapped, assigned=(), updated=()):
    return lambda wrapper: wrapper


def update_wrapper(wrapper, wrapped, assigned=(), updated=()):
    return wrapper
