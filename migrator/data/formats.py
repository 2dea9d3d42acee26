"""Which files are data, and how each form is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from migrator.data.items import DataError, Document

if TYPE_CHECKING:
    from migrator.data.items import Item

DOCUMENTS = (".md", ".markdown", ".rst")
"""The endings of texts that may show examples."""
FORMS = {".json": "json", ".yaml": "yaml", ".yml": "yaml", ".toml": "toml"}
MAX_CHARACTERS = 2_000_000


def form_of(path: str) -> str:
    """`json`, `yaml` or `toml`, by a path's ending; nothing for other files."""
    dot = path.rfind(".")
    return FORMS.get(path[dot:], "") if dot >= 0 else ""


def is_data(path: str) -> bool:
    """Whether a path names a data file."""
    return bool(form_of(path))


def parsed(form: str, text: str) -> Document:
    """The document; raises DataError where it cannot be read."""
    if len(text) > MAX_CHARACTERS:
        raise DataError(f"larger than {MAX_CHARACTERS:,} characters; this is no table")
    return Document(form, text, _root(form, text))


def _root(form: str, text: str) -> Item:
    if form == "json":
        from migrator.data.jsons import read
    elif form == "yaml":
        from migrator.data.yamls import read
    else:
        from migrator.data.tomls import read
    return read(text)


def loaded(form: str, text: str) -> Any:  # noqa: ANN401
    """The plain value, by the libraries that programs use; raises DataError or what they raise."""
    if form == "json":
        import json

        return json.loads(text)
    if form == "yaml":
        from migrator.data.yamls import loaded

        return loaded(text)
    import tomli

    return tomli.loads(text)
