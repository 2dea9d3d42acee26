"""Rule files -> `Rulebook`: read, converted strictly, checked; the parsed form is cached.

Every failure is a `RuleError` of one line that names file, rule and key.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import msgspec

from migrator.rulebook import Rulebook, rulecache
from migrator.rulebook.api_rules import Api
from migrator.rulebook.base import RuleError
from migrator.rulebook.catalog_rules import Catalog
from migrator.rulebook.limit_rules import LimitRules
from migrator.rulebook.name_rules import NameList
from migrator.rulebook.rulechecks import (
    check_calls,
    check_catalog,
    check_changes,
    check_names,
    check_namings,
    check_parts,
    check_pattern,
    check_targets,
    check_unique,
)
from migrator.rulebook.ruleerrors import Toml, explain
from migrator.rulebook.ruleforms import CatalogPart, ParameterFile, PromptFile, SuggestionFile, UserRules
from migrator.rulebook.rulemerging import (
    R,
    joined,
    merged,
    overridden,
    replaced_calls,
    with_defaults,
    with_snapshots,
    with_takes,
)
from migrator.rulebook.table_rules import TableRules
from migrator.rulebook.use_rules import TokenRules, UseCases
from migrator.rulebook.vendor_rules import Vendors

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from migrator.rulebook.request_rules import ParameterRule

MAX_BYTES = 1_000_000
MOST_PARTS = 1_000
GUIDE = "guide"
BUILT_IN = (GUIDE, "published")
"""Catalogues that parameter rules name."""

T = TypeVar("T")


class RuleFile(NamedTuple):
    """A file's bytes and the name under which messages speak of it."""

    shown: str
    path: Path
    content: bytes


def rules_directory() -> Path:
    """The checkout's `rules/`, or the copy inside an installed wheel."""
    package = Path(__file__).parents[1]
    installed = package / "_rules"
    return installed if installed.is_dir() else package.parent / "rules"


def load_rulebook(catalog: str = "guide", extra: Sequence[Path] = (), *, examples: bool = False) -> Rulebook:
    """Everything under rules/ for one catalogue: a name in rules/catalogs or a path of a catalogue file.

    Rules of `extra` files are added, or take the place of those with the same id. Examples are
    dropped unless asked for: only tests and the reference documentation read them.
    """
    built_in = _built_in()
    chosen, others = _choose(catalog, built_in)
    users = [_read(path, str(path)) for path in extra]
    taking_part = [*built_in, *others, *users]
    if examples:
        return _parse(chosen, built_in, others, users)
    key = rulecache.key(chosen.shown, ((each.shown, each.content) for each in taking_part))
    cached = rulecache.load(key)
    if cached is None:
        cached = rulecache.without_examples(_parse(chosen, built_in, others, users))
        rulecache.save(key, cached)
    return cached


def load_record(name: str, kind: type[R]) -> R:
    """A built-in file below rules/ that one command alone needs, as one record."""
    file = _read(rules_directory() / name, f"rules/{name}")
    return _convert(_toml(file), kind, file.shown)


def is_catalog_file(path: Path) -> bool:
    """Whether a file is a catalogue, not a rule file."""
    return "variants" in _toml(_read(path, str(path)))


def user_rules(path: Path) -> UserRules:
    """A user's own rule file as it stands, with its examples."""
    file = _read(path, str(path))
    rules = _convert(_toml(file), UserRules, file.shown)
    _check_user_rules(rules, file.shown)
    return rules


# -- files ---------------------------------------------------------------------------------------


def _read(path: Path, shown: str) -> RuleFile:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise RuleError(f"{shown}: cannot be read: {error.strerror or error}") from None
    if len(content) > MAX_BYTES:
        raise RuleError(f"{shown}: larger than {MAX_BYTES:,} bytes")
    return RuleFile(shown, path, content)


def _built_in() -> list[RuleFile]:
    """The files that always take part, in a fixed order."""
    root = rules_directory()
    names = ["parameters.toml", "vendors.toml", "names.toml", "usecases.toml", "limits.toml", "tables.toml"]
    names += ["prompts.toml", "suggestions.toml", "tokens.toml"]
    paths = [root / name for name in names]
    paths += sorted(root.glob("catalogs/*.toml")) + sorted(root.glob("apis/*.toml"))
    return [_read(path, f"rules/{path.relative_to(root).as_posix()}") for path in paths]


def _choose(catalog: str, built_in: list[RuleFile]) -> tuple[RuleFile, list[RuleFile]]:
    """The catalogue's file, and the files outside the built-in ones that it is made of."""
    known = {each.path.stem: each for each in built_in if _is_catalog(each)}
    if catalog in known:
        return known[catalog], []
    path = Path(catalog)
    if not catalog.endswith(".toml") and not path.is_file():
        names = ", ".join(sorted(known))
        raise RuleError(f'catalog "{catalog}" is unknown; known: {names} (or the path of a catalogue file)')
    chosen = _read(path, catalog)
    return chosen, [chosen, *_own_includes(chosen)]


def _is_catalog(file: RuleFile) -> bool:
    return file.shown.startswith("rules/catalogs/") and b"\n[variants." in file.content


def _own_includes(file: RuleFile) -> list[RuleFile]:
    """Included files that lie beside a user's catalogue; others are looked up among the built-in ones."""
    names = _toml(file).get("includes")
    names = names if isinstance(names, list) else []
    beside = [file.path.parent / name for name in names if isinstance(name, str)]
    for path in beside:
        if not path.resolve().is_relative_to(file.path.parent.resolve()):
            message = f'"{path.name}" lies outside the folder of this file'
            raise RuleError(f'{file.shown}: key "includes": {message}')
    return [_read(path, str(path)) for path in beside if path.is_file()]


def _toml(file: RuleFile) -> dict[str, Any]:
    if any(line.count(b".") > MOST_PARTS for line in file.content.split(b"\n")):
        raise RuleError(f"{file.shown}: a key of more than {MOST_PARTS} parts")
    try:
        return tomllib.loads(file.content.decode("utf-8").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise RuleError(f"{file.shown}: not UTF-8 (byte {error.start})") from None
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{file.shown}: not valid TOML: {' '.join(str(error).split())}") from None
    except ValueError as error:
        raise RuleError(f"{file.shown}: not valid TOML: {error}") from None
    except RecursionError:
        raise RuleError(f"{file.shown}: not valid TOML: nested too deeply") from None


def _convert(raw: Toml, kind: type[T], shown: str) -> T:
    try:
        return msgspec.convert(raw, kind, strict=True)
    except msgspec.ValidationError as error:
        raise RuleError(f"{shown}: {explain(str(error), raw, kind)}") from None


# -- from files to the rulebook ------------------------------------------------------------------


def _parse(
    chosen: RuleFile, built_in: list[RuleFile], others: list[RuleFile], users: list[RuleFile]
) -> Rulebook:
    named = {each.shown: each for each in built_in}
    catalogs = {each.path.stem: _catalog(each, built_in, others) for each in built_in if _is_catalog(each)}
    active = catalogs[chosen.path.stem] if chosen in built_in else _catalog(chosen, built_in, others)
    active = _with_guide_ids(active, catalogs[GUIDE])
    if chosen in built_in:
        del catalogs[chosen.path.stem]
    names = _convert(_toml(named["rules/names.toml"]), dict[str, NameList], "rules/names.toml")
    check_names(names, "rules/names.toml")
    book = Rulebook(
        catalog=active,
        other_catalogs=catalogs,
        apis=_apis(built_in),
        vendors=_plain(named["rules/vendors.toml"], Vendors),
        names=names,
        parameters=_parameters(named["rules/parameters.toml"]),
        usecases=_plain(named["rules/usecases.toml"], UseCases),
        prompts=_plain(named["rules/prompts.toml"], PromptFile).prompt,
        suggestions=_plain(named["rules/suggestions.toml"], SuggestionFile).suggestion,
        tables=_tables(named["rules/tables.toml"]),
        limits=_limits(named["rules/limits.toml"]),
        tokens=_plain(named["rules/tokens.toml"], TokenRules),
    )
    check_targets(book.parameters, book.apis, "rules/parameters.toml")
    check_targets(active.parameter, book.apis, chosen.shown)
    book = _with_own_parameters(book)
    for file in users:
        book = _extended(book, file)
    return book


def _with_guide_ids(catalog: Catalog, guide: Catalog) -> Catalog:
    replace = msgspec.structs.replace
    named = {
        name: each if each.guide_id else replace(each, guide_id=guide.variants[name].guide_id)
        for name, each in catalog.variants.items()
    }
    return replace(catalog, variants=named)


def _with_own_parameters(book: Rulebook) -> Rulebook:
    """The parameter rules of the catalogue beside those that it takes from another."""
    catalog = book.catalog
    own = tuple(msgspec.structs.replace(rule, catalogs=(catalog.name,)) for rule in catalog.parameter)
    parameters = merged(_speaking(book.parameters, catalog), own)
    return msgspec.structs.replace(book, parameters=parameters)


def _speaking(rules: Iterable[ParameterRule], catalog: Catalog) -> tuple[ParameterRule, ...]:
    """Rules that speak of this catalogue's models wherever they do of the one that it names."""
    if catalog.name in BUILT_IN and not catalog.parameters:
        return tuple(rules)
    like = catalog.parameters or GUIDE
    return tuple(
        msgspec.structs.replace(rule, catalogs=(*rule.catalogs, catalog.name))
        if like in rule.catalogs
        else rule
        for rule in rules
    )


def _plain(file: RuleFile, kind: type[R]) -> R:
    """A file that is one record; the ids in each of its lists are checked."""
    record = _convert(_toml(file), kind, file.shown)
    for name in kind.__struct_fields__:
        if not isinstance(value := getattr(record, name), str):
            check_unique(value, name, file.shown)
    return record


def _limits(file: RuleFile) -> LimitRules:
    rules = _convert(_toml(file), LimitRules, file.shown)
    check_names(rules.names, file.shown)
    for name in ("call", "tokenizer", "rule"):
        check_unique(getattr(rules, name), name, file.shown)
    return rules


def _tables(file: RuleFile) -> TableRules:
    rules = _convert(_toml(file), TableRules, file.shown)
    for name in ("figure", "side", "unit", "capability", "intent"):
        check_unique(getattr(rules, name), name, file.shown)
    named = [(f'refusal "{refusal.reason}"', refusal.patterns) for refusal in rules.refusal]
    named += [(f'field "{field.parameter}"', field.patterns) for field in rules.field]
    named += [(f'flag "{flag.parameter}"', flag.patterns) for flag in rules.flag]
    for entries in (rules.figure, rules.side, rules.capability, rules.intent):
        named += [(f'"{entry.id}"', entry.patterns) for entry in entries]
    for label_of, patterns in named:
        for pattern in patterns:
            check_pattern(pattern, f'{file.shown}: {label_of}: key "patterns"')
    return rules


def _apis(built_in: list[RuleFile]) -> tuple[Api, ...]:
    apis: list[Api] = []
    seen: dict[str, str] = {}
    for file in built_in:
        if file.shown.startswith("rules/apis/"):
            api = _convert(_toml(file), Api, file.shown)
            check_calls(api.call, file.shown, seen)
            apis.append(with_defaults(api))
    check_namings(apis, "rules/apis")
    return with_takes(apis, "rules/apis")


def _parameters(file: RuleFile) -> tuple[ParameterRule, ...]:
    rules = _convert(_toml(file), ParameterFile, file.shown).parameter
    check_changes(rules, file.shown)
    return rules


def _catalog(file: RuleFile, built_in: list[RuleFile], others: list[RuleFile]) -> Catalog:
    """A catalogue with what it includes; its own entries take the place of included ones."""
    own = _convert(with_snapshots(_toml(file), file.shown), Catalog, file.shown)
    check_catalog(own, file.shown)
    check_changes(own.parameter, file.shown)
    for name in own.includes:
        part_file = _included(name, file, [*others, *built_in])
        raw = with_snapshots(_toml(part_file), part_file.shown)
        part = _convert(raw, CatalogPart, part_file.shown)
        check_parts(part, part_file.shown)
        own = joined(part, own)
    return own


def _included(name: str, file: RuleFile, among: list[RuleFile]) -> RuleFile:
    for each in among:
        if each.path == file.path.parent / name or each.shown == f"rules/catalogs/{name}":
            return each
    raise RuleError(f'{file.shown}: key "includes": no file "{name}"')


# -- users' own rules ----------------------------------------------------------------------------


def _extended(book: Rulebook, file: RuleFile) -> Rulebook:
    rules = _convert(_toml(file), UserRules, file.shown)
    _check_user_rules(rules, file.shown)
    apis = replaced_calls(book.apis, rules)
    check_targets(rules.parameter, apis, file.shown)
    uses = book.usecases
    part = CatalogPart(families=rules.families, models=rules.models, specials=rules.specials)
    return msgspec.structs.replace(
        book,
        catalog=overridden(book.catalog, part),
        apis=apis,
        vendors=msgspec.structs.replace(
            book.vendors,
            prefix=merged(rules.prefix, book.vendors.prefix, keep=True),
            host=merged(rules.host, book.vendors.host, keep=True),
        ),
        names={**book.names, **rules.names},
        parameters=merged(book.parameters, _speaking(rules.parameter, book.catalog)),
        usecases=UseCases(
            use=merged(uses.use, rules.use),
            signal=merged(uses.signal, rules.signal),
            prior=merged(uses.prior, rules.prior),
        ),
        prompts=merged(book.prompts, rules.prompt),
    )


def _check_user_rules(rules: UserRules, shown: str) -> None:
    if (rules.call or rules.client) and not rules.library:
        raise RuleError(f'{shown}: missing key "library" (of the calls in this file)')
    check_calls(rules.call, shown, {})
    check_changes(rules.parameter, shown)
    check_names(rules.names, shown)
    check_parts(rules, shown)
    for name in ("prefix", "host", "use", "signal", "prior", "prompt"):
        check_unique(getattr(rules, name), name, shown)
