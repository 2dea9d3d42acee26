@also("pydantic_settings.BaseSettings", "sqlmodel.SQLModel", "pydantic.BaseSettings", "pydantic.v1.BaseModel")
class BaseModel:
    def model_copy(self, *, update=None, deep=False):
        return _replaced(self, **(update or {}))

    def copy(self, *, update=None, **options):
        return _replaced(self, **(update or {}))

    def model_dump(self, **options):
        return _dumped(self, **options)

    def dict(self, **options):
        return _dumped(self, **options)

    @classmethod
    def model_validate(cls, obj, **options):
        return cls(**obj)

    @classmethod
    def parse_obj(cls, obj):
        return cls(**obj)

    @classmethod
    def model_construct(cls, _fields_set=None, **values):
        return cls(**values)
