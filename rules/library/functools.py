def reduce(function, iterable, initial=None):
    result = initial if initial is not None else next(iter(iterable))
    for value in iterable:
        result = function(result, value)
    return result
