"""The reference, made from code and rules: pages and JSON Schemas by their path below docs/."""

from __future__ import annotations

import difflib
import inspect
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

import gpt55_migrate
from migrator import cli, settings
from migrator.commands import schemas
from migrator.decide.catalogue import VARIANTS
from migrator.pipeline import migrate
from migrator.report import rulehelp, words
from migrator.rulebook.advice_rules import Help
from migrator.rulebook.rulefiles import load_record, load_rulebook

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from migrator.rulebook import Rulebook
    from migrator.rulebook.advice_rules import PromptAdvice
    from migrator.rulebook.api_rules import Call
    from migrator.rulebook.base import Example
    from migrator.rulebook.catalog_rules import Catalog
    from migrator.rulebook.request_rules import ParameterRule

CHECKOUT = Path(__file__).resolve().parents[1]
CATALOGS = ("guide", "published", "current")
MADE = "*This page is made from the code and the rules.*\n"


def urls() -> dict[str, str]:
    """[project.urls] of pyproject.toml."""
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]


def made() -> dict[str, str]:
    """Every page and schema."""
    book = load_rulebook(examples=True)
    found = {f"schemas/{kind}.schema.json": _json(kind) for kind in schemas.KINDS}
    pages = {
        "commands": commands(), "settings": settings_page(), "rules": rules(book), "reasons": reasons(book),
        "libraries": libraries(book), "catalogues": catalogues(), "schemas": schema_page(),
        "python": python_page(),
    }  # fmt: skip
    return {**found, **{f"reference/{name}.md": text for name, text in pages.items()}}


def _json(kind: str) -> str:
    address = f"{urls()['Documentation']}schemas/{kind}.schema.json"
    return json.dumps({"$id": address, **schemas.schema_of(kind)}, indent=2, ensure_ascii=False) + "\n"


# -- commands and settings -------------------------------------------------------------------------


def commands() -> str:
    """What `--help` of every command prints."""
    parts = ["# Commands\n", MADE, "The exit codes are the same everywhere:\n", _exit_codes()]
    for name, command in _commands(cli.cli, "gpt55-migrate"):
        context = click.Context(command, info_name=name, max_content_width=100, terminal_width=100)
        parts.append(f"## {name}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def _exit_codes() -> str:
    rows = [
        (0, "nothing left to do, or done"),
        (1, "findings (`check`, `rules check`); worse after (`rehearse`); no-go (`ab report`)"),
        (2, "wrong usage, settings or rules"),
        (3, "a file could not be read or written; inconclusive or void (`ab report`)"),
    ]
    return _table(("code", "meaning"), rows)


def _commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for word, each in sorted(command.commands.items()):
            yield from _commands(each, f"{name} {word}")


def settings_page() -> str:
    """[tool.gpt55-migrate], key by key."""
    said = dict(schemas.attributes(settings.Settings.__doc__ or ""))
    options = dict(_options())
    rows = []
    for field in msgspec.structs.fields(settings.Settings):
        key, option = field.encode_name, options.get(field.name, "")
        rows.append((f"`{key}`", _type(field), f"`{json.dumps(_default(field))}`", option, said[field.name]))
    head = (
        "# Settings\n\n"
        + MADE
        + "\nIn `pyproject.toml` under `[tool.gpt55-migrate]`. For each file the nearest "
        "`pyproject.toml` with such a table counts; options of the command line outrank it. An unknown key, a value "
        "of the wrong kind and a name that no rule, model or file has are errors that say what was most likely "
        "meant. Editors complete the keys with the [schema](schemas.md).\n\n"
    )
    return head + _table(("key", "value", "default", "option", "what it does"), rows)


def _default(field: msgspec.structs.FieldInfo) -> object:
    return field.default_factory() if field.default is msgspec.NODEFAULT else field.default


def _options() -> Iterator[tuple[str, str]]:
    names = {"mapping": "map"}
    for parameter in cli.cli.commands["review"].params:
        if isinstance(parameter, click.Option) and parameter.name:
            yield names.get(parameter.name, parameter.name), f"`{parameter.opts[0]}`"


def _type(field: msgspec.structs.FieldInfo) -> str:
    text = (
        str(getattr(field.type, "__name__", field.type)) if isinstance(field.type, type) else str(field.type)
    )
    if choices := re.search(r"Literal\[(.*?)\]", text):
        found = ", ".join(f"`{each}`" for each in re.findall(r"'([^']+)'", choices[1]))
        return f"list of {found}" if text.startswith("tuple") else found
    kinds = {"str": "text", "bool": "true or false", "int": "number", "tuple[str, ...]": "list of texts"}
    tables = {"dict[str, str]": "table of texts", "dict[str, float]": "table of numbers"}
    return {**kinds, **tables}.get(text, "list of tables")


def python_page() -> str:
    """The public package, name by name."""
    parts = ["# Python\n", MADE, f"```text\n{inspect.getdoc(gpt55_migrate)}\n```\n"]
    for name in (
        "scan",
        "plan_edits",
        "apply",
        "Scan",
        "Planned",
        "Written",
        "Settings",
        "Inventory",
        *_RECORDS,
    ):
        thing = getattr(gpt55_migrate, name)
        shown = f"{name}{inspect.signature(thing)}" if inspect.isfunction(thing) else name
        parts.append(f"## {name}\n\n```python\n{shown}\n```\n\n```text\n{inspect.getdoc(thing)}\n```\n")
    parts.append("## Errors\n")
    for name in ("UsageError", "SettingsError", "RuleError", "WorkError"):
        parts.append(f"**{name}**: {inspect.getdoc(getattr(gpt55_migrate, name))}\n")
    return "\n".join(parts)


_RECORDS = ("Reference", "CallSite", "Edit", "Change", "Finding", "Diagnostic")


# -- rules and reasons -----------------------------------------------------------------------------


def rules(book: Rulebook) -> str:
    """Every rule that something may be printed under, with an example and its source."""
    shown = {rule.id: rule for rule in (*book.parameters, *book.limits.rule)}
    shown |= {rule.id: rule for rule in _current() if rule.id not in shown}
    own = {rule.id: rule for rule in (*load_record("help.toml", Help).rule, *book.suggestions)}
    texts = {rule.id: rule for rule in book.prompts}
    known = rulehelp.known_rules(book) | {
        name: each for name, each in rulehelp.known_rules(load_rulebook("current")).items() if name in shown
    }
    parts = ["# Rules\n", MADE, _ABOUT_RULES]
    for name, help_ in sorted(known.items()):
        if name in words.REASONS:
            continue
        parts.append(f"## {name}: {help_.title} {{ #{name.lower()} }}\n")
        parts.append(f"{_sentence(help_.text)}\n")
        if help_.do:
            parts.append(f"By hand: {_sentence(help_.do)}\n")
        if name in shown:
            parts += [_program(shown[name].example[0])] if shown[name].example else []
        elif name in own and own[name].example:
            parts.append(_found(name, own[name].example[0]))
        elif name in own and getattr(own[name], "command", ""):
            parts.append(f"Shown by: `{own[name].command}`\n")
        elif name in texts:
            parts.append(f"Example, in a prompt: {_prompt(texts[name])}\n")
        parts.append(f"Source: {help_.source or help_.uri}.\n")
    return "\n".join(parts)


_ABOUT_RULES = """\
`gpt55-migrate explain RULE` prints the same in a terminal. `--select` and `--ignore`, and the settings `select` and
`ignore`, take an id or how several begin (`GPT55-P` are request parameters, `-M` models, `-L` limits, `-T` tables, `-B`
branches, `-E` evidence, `-S` suppressions and pins, `-X` expectations and examples, `-A` prompts, `-G` architecture).
`# gpt55: ignore[RULE] -- why` silences one on a line.
"""


def _current() -> list[ParameterRule]:
    return [
        rule for rule in load_rulebook("current", examples=True).parameters if rule.catalogs == ("current",)
    ]


def _prompt(rule: PromptAdvice) -> str:
    if rule.example:
        return f"*{rule.example[0].strip()}*"
    side = "less" if rule.shape == "shorter" else "more"
    return f"{side} than {rule.characters:,} characters of fixed text"


def _sentence(text: str) -> str:
    plain = re.sub(r"\{(\w+)[^}]*\}", r"*\1*", " ".join(text.split()).replace("<", "&lt;"))
    plain = plain[:1].upper() + plain[1:]
    return plain if plain.endswith((".", "!", "?")) else plain + "."


def _program(example: Example) -> str:
    """Both states of an example as a diff."""
    before = dict(example.files) or {"app.py": example.before}
    after = dict(example.migrated) or {"app.py": example.after}
    if before == after:
        return "Held:\n\n" + _code(before)
    return _diff(before, after)


def _code(files: dict[str, str]) -> str:
    kinds = {"py": "python", "toml": "toml", "json": "json"}
    blocks = []
    for path, text in files.items():
        head = f"# {path}\n" if len(files) > 1 else ""
        blocks.append(f"```{kinds.get(path.rpartition('.')[2], 'text')}\n{head}{text.strip()}\n```\n")
    return "\n".join(blocks)


def _diff(before: dict[str, str], after: dict[str, str]) -> str:
    lines: list[str] = []
    for path, text in before.items():
        if text != after.get(path, ""):
            lines += [f"# {path}"] if len(before) > 1 else []
            old, new = text.strip().splitlines(), after.get(path, "").strip().splitlines()
            lines += list(difflib.unified_diff(old, new, lineterm="", n=50))[3:]
    return "```diff\n" + "\n".join(lines) + "\n```\n"


def _found(name: str, example: Example) -> str:
    """What the tool makes of a program: the changed lines, or the finding."""
    files = dict(example.files) or {"app.py": example.before}
    chosen = settings.parse_settings(example.settings, name)
    inventory, new = migrate({path: text.encode() for path, text in files.items()}, chosen)
    if any(edit.rule == name for edit in inventory.edits):
        return _diff(files, {path: data.decode() for path, data in new.items()})
    finding = next(each for each in inventory.findings if each.rule == name)
    return _code(files) + f"\n`{finding.path}:{finding.line}: {finding.message}`\n"


def reasons(book: Rulebook) -> str:
    """The closed list of reasons for which a person must decide."""
    parts = ["# Reasons\n", MADE, _ABOUT_REASONS]
    held = {noop.reason: noop for rule in _with_noops(book) for noop in reversed(rule.noop) if noop.reason}
    for reason in sorted(load_record("help.toml", Help).reason, key=lambda one: one.id):
        parts.append(f"## {reason.id}\n\n{_sentence(words.REASONS[reason.id])}\n")
        parts.append(f"What to do: {_sentence(reason.do)}\n")
        noop = held.get(reason.id)
        parts += (
            [f"For instance ({noop.why}):\n", _code(dict(noop.files) or {"app.py": noop.before})]
            if noop
            else []
        )
        parts.append(f"Found by: {_sentence(reason.source)}\n")
    return "\n".join(parts)


_ABOUT_REASONS = """\
What the tool will not decide has one of these reasons and names the place that stands in the way. `gpt55-migrate check .
--select REASON --fail-on review` lists the places, `gpt55-migrate explain PATH:LINE` says what is known about one. Once you
have decided, change the line, or leave it with `# gpt55: ignore -- why`.
"""


def _with_noops(book: Rulebook) -> Iterable[Any]:
    return (*(call for api in book.apis for call in api.call), *book.parameters, *book.limits.rule)


# -- libraries, catalogues, schemas ----------------------------------------------------------------


def libraries(book: Rulebook) -> str:
    """Every call that is known, by library."""
    parts = ["# Libraries\n", MADE, _ABOUT_LIBRARIES]
    for api in sorted(book.apis, key=lambda one: one.library):
        parts.append(f"## {api.library}\n\nPackages: {', '.join(f'`{each}`' for each in api.packages)}.\n")
        for call in api.call:
            parts += _call(call)
    return "\n".join(parts)


_ABOUT_LIBRARIES = """\
The calls whose model is found, each with an example. `api` in the JSON report is one of these names; what else names a model
is `inferred`. [A library of yours](../how-to/own-rules.md) is a few lines.
"""


def _call(call: Call) -> Iterator[str]:
    names = ", ".join(f"`{each}`" for each in (*call.callees, *(f"…{tail}" for tail in call.tails)))
    yield f"### {call.id}\n\n{names or call.kind}\n"
    if call.example:
        yield _program(call.example[0])
    elif call.noop:
        yield f"Never rewritten ({call.noop[0].why}):\n\n" + _code(
            dict(call.noop[0].files) or {"": call.noop[0].before}
        )
    yield f"Source: {call.source}.\n"


def catalogues() -> str:
    """The catalogues: what each writes, and the dates of old models."""
    books = {name: load_rulebook(name, examples=True).catalog for name in CATALOGS}
    parts = ["# Catalogues\n", MADE, _ABOUT_CATALOGUES]
    for name, catalog in books.items():
        parts.append(
            f"## {name}\n\n{catalog.title}.\n\n{catalog.note.strip()}\n\nSource: {catalog.source}.\n"
        )
        parts.append(_targets(catalog))
    ends = sorted(
        (model.shutdown, model.id, model.successor) for model in books["guide"].models if model.shutdown
    )
    parts.append("## When old models are shut down\n\n`gpt55-migrate models` adds the days that are left.\n")
    rows = [(date, f"`{name}`", f"`{to}`" if to else "") for date, name, to in ends]
    parts.append(_table(("date", "model", "the publisher names"), rows))
    return "\n".join(parts)


_ABOUT_CATALOGUES = """\
`--catalog NAME` or `catalog = "NAME"` chooses one; `guide` is the default. Prices are USD per 1,000,000 tokens.
[A catalogue of your own](../how-to/own-catalogue.md) is a file of ten lines.
"""


def _targets(catalog: Catalog) -> str:
    models = {model.id: model for model in catalog.models}
    rows = []
    for name in VARIANTS:
        variant, model = catalog.variants[name], models[catalog.variants[name].id]
        sent = "".join(f" {key}={value}" for key, value in variant.defaults.items())
        figures = (model.context_window, model.max_output, model.usd_in, model.usd_cached, model.usd_out)
        shown = ["" if each is None else f"{each:,}" for each in figures]
        sources = "; ".join([model.source, *(f"{key}: {text}" for key, text in model.sources.items())])
        rows.append((name, f"`{variant.id}{sent}`", *shown, sources))
    head = ("variant", "written", "window", "max output", "in", "cached", "out", "figures from")
    return _table(head, rows)


def schema_page() -> str:
    """Where the schemas are, and how editors find them."""
    rows = [
        (f"[{kind}](../schemas/{kind}.schema.json)", text)
        for kind, text in {
            "scan": "what `scan --format json` prints",
            "plan": "`plan.json` in the folder of a plan",
            "settings": "`[tool.gpt55-migrate]` in a `pyproject.toml`",
            "rules": "rule files of your own",
            "catalog": "catalogue files of your own",
        }.items()
    ]
    return (
        "# JSON Schemas\n\n"
        + MADE
        + "\n"
        + _table(("schema", "of"), rows)
        + _ABOUT_SCHEMAS.replace("URL", urls()["Documentation"])
    )


_ABOUT_SCHEMAS = """
Draft 2020-12, made from the records that the tool reads and writes; `gpt55-migrate rules schema KIND` prints each, so
that no network is needed. In an editor that knows taplo (VS Code with *Even Better TOML*, Helix, Neovim, Zed) a
comment on the first line turns on completion, descriptions and errors:

```toml
#:schema URLschemas/catalog.schema.json
name = "next"
```

```toml
#:schema ./own-rules.schema.json
library = "acme"
```

For `pyproject.toml` name the settings' schema in the project's `.taplo.toml`:

```toml
[[rule]]
include = ["pyproject.toml"]
[rule.schema]
url = "URLschemas/settings.schema.json"
```

JSON reports are checked with any validator; the tests of this project do it with `jsonschema`.
"""


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    lines += [" | ".join(" ".join(str(cell).split()).replace("|", "\\|") for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines) + "\n"
