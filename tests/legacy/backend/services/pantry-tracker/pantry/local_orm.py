"""As much of two mappers as we use."""

from importlib import import_module
from itertools import count
from types import SimpleNamespace


def field(default=None, **_):
    return SimpleNamespace(default=default, to=None)


def foreign_key(to, related_name=None, **_):
    return SimpleNamespace(default=None, to=to, related_name=related_name)


fields = SimpleNamespace(IntField=field, CharField=field, DateField=field, ForeignKeyField=foreign_key)


class Model:
    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.fields = {name: value for name, value in vars(cls).items() if isinstance(value, SimpleNamespace)}
        cls.rows = {}
        cls.ids = count(1)

    @classmethod
    async def create(cls, **values):
        row = cls()
        for name, one in cls.fields.items():
            setattr(row, name, values.get(name, one.default))
        row.id = next(cls.ids)
        cls.rows[row.id] = row
        return row

    @classmethod
    async def all(cls):
        return list(cls.rows.values())

    @classmethod
    async def filter(cls, **wanted):
        return [row for row in cls.rows.values() if all(getattr(row, k) == v for k, v in wanted.items())]

    @classmethod
    async def get_or_none(cls, id):
        return cls.rows.get(id)

    async def delete(self):
        type(self).rows.pop(self.id, None)


class Tortoise:
    apps = {}

    @classmethod
    async def init(cls, config):
        for label, app in config["apps"].items():
            found = {}
            for dotted in app["models"]:
                module = import_module(dotted)
                found |= {k: v for k, v in vars(module).items() if isinstance(v, type) and issubclass(v, Model) and v is not Model}
            cls.apps[label] = found

    @classmethod
    async def generate_schemas(cls):
        for model in cls.apps["models"].values():
            for one in model.fields.values():
                if one.to is not None:
                    label, _, name = one.to.partition(".")
                    one.model = cls.apps[label][name]

    @classmethod
    async def close_connections(cls):
        for model in cls.apps.get("models", {}).values():
            model.rows.clear()
            model.ids = count(1)
        cls.apps.clear()


class Document:
    kept = []

    def __init__(self, **values):
        self.__dict__.update(values)

    async def insert(self):
        type(self).kept.append(self)
        return self


async def init_beanie(document_models):
    for dotted in document_models:
        module, _, name = dotted.rpartition(".")
        getattr(import_module(module), name).kept = []
