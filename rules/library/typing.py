@also("typing_extensions.NewType")
def NewType(name, tp):
    return lambda value: value


@also("collections.namedtuple")
class NamedTuple:
    def _replace(self, **changes):
        return _replaced(self, **changes)

    def _asdict(self):
        return _dumped(self)

    @classmethod
    def _make(cls, iterable):
        return cls(*iterable)
