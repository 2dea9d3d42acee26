"""Which files are data, and how each form is read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from migrator.data.items import DataError, Document

if TYPE_CHECKING:
    from migrator.data.items import Item

DOCUMENTS = (".md", ".markdown", ".rst")
"""The endings of texts that may show examples."""
FORMS = {
    ".json": "json",
    ".jsonc": "json",
    ".json5": "json",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".toml": "toml",
}
_LINES = {
    ".ini": "ini", ".cfg": "ini", ".service": "systemd", ".mk": "make", ".sh": "shell", ".bash": "shell",
    ".tfvars": "terraform", ".tf": "terraform", ".dockerfile": "docker", ".env": "dotenv", ".envrc": "dotenv",
    ".flaskenv": "dotenv",
}  # fmt: skip
_NAMES = {
    "Dockerfile": "docker", "Containerfile": "docker", "Procfile": "procfile", "Makefile": "make",
    "GNUmakefile": "make", "makefile": "make",
}  # fmt: skip
_DOTENV = re.compile(r"\.env\.[\w.-]+|env\.[\w-]+|[\w-]+\.env\.[\w-]+")
_SETTINGS = re.compile(
    r"OAI_CONFIG_LIST|n8n/[^/]*\.json$|(config|setting|launch|task|deploy|env|compose|manifest|param|values|app"
    r"|langgraph|assistant|workflow|prompt|chain|hub|runnable|agent|llm|models-export)[^/]*\.json[c5]?$",
    re.I,
)
_OF_TOOLS = frozenset({"pyproject.toml", "setup.cfg", "tox.ini", ".pre-commit-config.yaml", "mkdocs.yml"})
"""What sets tools, and no program."""
TEMPLATE = "template"
"""The form of YAML that is none yet: actions of a template stand in it where no string does."""
_ACTION = re.compile(r"(?<!\$)\{\{")
MAX_CHARACTERS = 2_000_000


def form_of(path: str) -> str:
    """The form of a path's file, by its name; nothing for other files."""
    name = path[path.rfind("/") + 1 :]
    dot = name.rfind(".")
    if name.startswith("OAI_CONFIG_LIST"):
        return "json"
    if dot < 0:
        return _NAMES.get(name, "")
    if ".env." in name or name.startswith("env."):
        return "dotenv" if _DOTENV.fullmatch(name) and not name.endswith((".py", ".ts", ".js")) else ""
    known = FORMS.get(name[dot:]) or _LINES.get(name[dot:])
    return known or ("docker" if name.startswith(("Dockerfile.", "Containerfile.")) else "")


def is_data(path: str) -> bool:
    """Whether a path names a data file."""
    return bool(form_of(path))


def is_settings(path: str) -> bool:
    """Whether a file may give a program its settings, by its name: most JSON is other data."""
    form, name = form_of(path), path[path.rfind("/") + 1 :]
    return bool(form) and name not in _OF_TOOLS and (form != "json" or _SETTINGS.search(path) is not None)


def is_of_variables(path: str) -> bool:
    """Whether all that a file names are variables of the environment, or of what builds it."""
    return form_of(path) in ("dotenv", "docker", "systemd", "make", "shell", "procfile", "terraform")


def parsed(form: str, text: str) -> Document:
    """The document; raises DataError where it cannot be read."""
    if len(text) > MAX_CHARACTERS:
        raise DataError(f"larger than {MAX_CHARACTERS:,} characters; this is no table")
    try:
        root = _root(form, text)
    except DataError:
        if form != "yaml" or not _ACTION.search(text):
            raise
        form = TEMPLATE
        root = _root(form, text)
    if form in ("json", "yaml"):
        _refuse_doubles(root, text)
    return Document(form, text, root)


def _refuse_doubles(item: Item, text: str) -> None:
    """Of a key that stands twice programs take the last, and people may mean the first."""
    seen = set()
    for key in item.keys:
        if key.value in seen and key.value != "<<":
            line = text.count("\n", 0, key.start) + 1
            raise DataError(f"has the key {key.value} twice, again in line {line}; solve it first")
        seen.add(key.value)
    for inner in item.items:
        _refuse_doubles(inner, text)


def _root(form: str, text: str) -> Item:
    if form == "json":
        from migrator.data.jsons import read
    elif form == "yaml":
        from migrator.data.yamls import read
    elif form == "toml":
        from migrator.data.tomls import read
    else:
        from migrator.data import line_settings

        return line_settings.read(form, text)
    return read(text)


def loaded(form: str, text: str) -> Any:  # noqa: ANN401
    """The plain value, by the libraries that programs use; raises DataError or what they raise."""
    if form == "json":
        from migrator.data.jsons import loaded

        return loaded(text)
    if form == "yaml":
        from migrator.data.yamls import loaded

        return loaded(text)
    if form != "toml":
        from migrator.data import line_settings

        return line_settings.loaded(form, text)
    import tomli

    return tomli.loads(text)
