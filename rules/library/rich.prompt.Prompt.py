def ask(prompt="", *, choices=(), default="", **more):
    return _one_of([*choices, default])


def _one_of(choices):
    for choice in choices:
        return choice
