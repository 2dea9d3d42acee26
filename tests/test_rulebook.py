"""The rule files load, say what the sources say, and complain in one line."""

from __future__ import annotations

import ast
import re
import shutil
from pathlib import Path

import msgspec
import pytest

from migrator.pipeline import migrate
from migrator.rulebook import rulecache, rulefiles
from migrator.rulebook.base import RuleError
from migrator.rulebook.rulefiles import load_rulebook
from migrator.settings import Settings

RULES = Path(__file__).parent.parent / "rules"
NEVER_REWRITTEN = {"deployment", "other-endpoint", "fine-tune", "tokenizer", "alias"}

FULL = load_rulebook(examples=True)
CALLS = {call.id: call for api in FULL.apis for call in api.call}
PARAMETERS = {rule.id: rule for rule in FULL.parameters}
WITH_EXAMPLES = {**CALLS, **PARAMETERS}


@pytest.fixture
def rules(tmp_path, monkeypatch):
    """A copy of the rules that may be broken, and a cache of its own."""
    copy = tmp_path / "rules"
    shutil.copytree(RULES, copy)
    monkeypatch.setattr(rulefiles, "rules_directory", lambda: copy)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return copy


def message(catalog="guide", extra=()):
    with pytest.raises(RuleError) as caught:
        load_rulebook(catalog, extra)
    text = str(caught.value)
    assert "\n" not in text
    return text


def replace(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


# -- what is there -------------------------------------------------------------------------------


@pytest.mark.parametrize("catalog", ["guide", "published", "current"])
def test_each_catalogue_loads_with_the_other_beside_it(rules, catalog):
    book = load_rulebook(catalog)
    assert book.catalog.name == catalog
    assert set(book.other_catalogs) == {"guide", "published", "current"} - {catalog}
    assert book.apis
    assert book.parameters


def test_the_guides_figures():
    models = {model.id: model for model in FULL.catalog.models}
    figures = {
        name: (
            model.context_window,
            model.usd_in,
            model.usd_out,
            model.mmlu,
            model.latency_seconds,
            model.requests_per_minute,
        )
        for name, model in models.items()
        if name.startswith("gpt-5.5")
    }
    assert figures == {
        "gpt-5.5": (1_000_000, 60.0, 95.0, 89.3, 4.2, 1000),
        "gpt-5.5-instant": (512_000, 45.0, 70.0, 93.8, 2.8, None),
        "gpt-5.5-mini": (128_000, 15.0, 25.0, 67.5, 1.8, 10_000),
    }
    assert {models[name].provenance for name in figures} == {"guide"}


def test_the_publishers_targets():
    catalog = load_rulebook("published", examples=True).catalog
    models = {model.id: model for model in catalog.models}
    flagship = models["gpt-5.5"]
    assert (flagship.context_window, flagship.max_input, flagship.max_output) == (1_050_000, 922_000, 128_000)
    assert (flagship.usd_in, flagship.usd_cached, flagship.usd_out) == (5.0, 0.5, 30.0)
    assert flagship.long_context_from == 272_000
    assert catalog.variants["instant"].id == "gpt-5.5"
    assert catalog.variants["instant"].defaults == {"reasoning_effort": "none"}
    assert catalog.variants["mini"].id == "gpt-5.4-mini"
    assert {variant.id for variant in catalog.variants.values()} <= set(catalog.published_ids)
    assert not {"gpt-5.5-instant", "gpt-5.5-mini", "gpt-5.1-mini"} & set(catalog.published_ids)


@pytest.mark.parametrize("catalog", ["guide", "published", "current"])
def test_every_model_and_variant_has_its_source_and_figures(catalog):
    book = load_rulebook(catalog, examples=True).catalog
    models = {model.id: model for model in book.models}
    assert not [model.id for model in book.models if not model.source.strip()]
    assert {variant.id for variant in book.variants.values()} <= set(models)
    for model in models.values():
        assert set(model.sources) <= set(model.__struct_fields__), model.id
        assert not model.shutdown or re.fullmatch(r"20\d\d-\d\d-\d\d", model.shutdown), model.id


def family_of(name, catalog):
    return [
        family.name
        for family in catalog.families
        if name.startswith(family.starts) and not name.startswith(family.excludes or ("\0",))
    ]


@pytest.mark.parametrize("catalog", ["guide", "published", "current"])
def test_every_known_id_is_classified_once_and_no_target_is_a_source(catalog):
    book = load_rulebook(catalog, examples=True).catalog
    targets = {variant.id for variant in book.variants.values()}
    for model in book.models:
        families = family_of(model.id, book)
        expected = [] if model.id in targets or model.family == "gpt-5.5" else [model.family]
        if model.kind == "text" and not model.id.startswith("gpt-5.4-mini"):
            assert families == expected, model.id
        assert len(families) <= 1, model.id
    for target in targets:
        assert family_of(target, book) == []


def test_source_families():
    by_default = {family.name for family in FULL.catalog.families if family.default}
    assert by_default == {"gpt-4o", "gpt-5"}
    assert family_of("gpt-5.3-chat-latest", FULL.catalog) == ["gpt-5"]
    assert family_of("gpt-5.6-luna", FULL.catalog) == []
    assert family_of("chatgpt-4o-latest", FULL.catalog) == ["gpt-4o"]
    assert family_of("gpt-4-1106-preview", FULL.catalog) == ["gpt-4-turbo"]


def test_ids_without_a_text_successor_are_recognised_by_pattern():
    for model in FULL.catalog.models:
        kinds = {
            special.kind
            for special in FULL.catalog.specials
            if (special.part and special.part in model.id)
            or (special.prefix and model.id.startswith(special.prefix))
        }
        assert kinds == (set() if model.kind == "text" else {model.kind}), model.id


def test_an_invalid_id_is_marked():
    assert [model.id for model in FULL.catalog.models if model.invalid] == ["gpt-5.1-mini"]


@pytest.mark.parametrize("rule", WITH_EXAMPLES.values(), ids=WITH_EXAMPLES)
def test_every_rule_shows_what_it_does_and_what_it_leaves(rule):
    assert rule.noop
    assert rule.example or getattr(rule, "kind", "") in NEVER_REWRITTEN
    for example in rule.example:
        modules = [example.before, example.after, *_modules(example.files), *_modules(example.migrated)]
        assert any(modules)
        for module in modules:
            ast.parse(module)
    for noop in rule.noop:
        assert noop.why
        for module in (noop.before, *_modules(noop.files)):
            ast.parse(module)


def _modules(files):
    return [text for path, text in files.items() if path.endswith(".py")]


def test_rules_have_sources():
    assert not [rule.id for rule in WITH_EXAMPLES.values() if not rule.source.strip()]


# -- users' own rules ----------------------------------------------------------------------------


def test_an_extra_file_adds_and_replaces(rules, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        """
library = "acme"
packages = ["acme-llm"]
source = "acme handbook"

[[call]]
id = "acme.ask"
source = "acme handbook"
callees = ["acme.ask"]

[[call]]
id = "openai.chat.completions"
source = "acme handbook"
callees = ["acme.openai.create"]

[[parameter]]
id = "ACME-P001"
apis = ["acme.ask"]
name = "heat"
variants = ["mini"]
change = { remove = true }
safety = "unsafe"
why = "refused"
source = "acme handbook"

[[host]]
suffix = "llm.acme.example"
vendor = "gateway"
source = "acme handbook"

[[models]]
id = "gpt-4o-acme"
source = "acme handbook"
""",
        encoding="utf-8",
    )
    book = load_rulebook(extra=[own])
    calls = [call for api in book.apis for call in api.call]
    assert sum(call.id == "openai.chat.completions" for call in calls) == 1
    assert next(call for call in calls if call.id == "openai.chat.completions").callees == (
        "acme.openai.create",
    )
    assert book.parameters[-1].id == "ACME-P001"
    assert book.vendors.host[0].suffix == "llm.acme.example"
    assert "gpt-4o-acme" in {model.id for model in book.catalog.models}


def test_a_catalogue_can_be_a_path(rules, tmp_path):
    own = tmp_path / "next.toml"
    shutil.copy(rules / "catalogs" / "guide.toml", own)
    replace(own, 'name = "guide"', 'name = "next"')
    book = load_rulebook(str(own))
    assert book.catalog.name == "next"
    assert set(book.other_catalogs) == {"guide", "published", "current"}
    assert "gpt-4o" in {model.id for model in book.catalog.models}


def test_a_catalogue_includes_files_beside_it_first(rules, tmp_path):
    own = tmp_path / "next.toml"
    shutil.copy(rules / "catalogs" / "guide.toml", own)
    (tmp_path / "models.toml").write_text('[[models]]\nid = "only"\nsource = "here"\n', encoding="utf-8")
    assert {model.id for model in load_rulebook(str(own)).catalog.models} == {
        "only",
        "gpt-5.5",
        "gpt-5.5-instant",
        "gpt-5.5-mini",
    }


# -- the cache -----------------------------------------------------------------------------------


def test_a_second_load_comes_from_the_cache_without_examples(rules, monkeypatch):
    first = load_rulebook()
    monkeypatch.setattr(rulefiles, "_parse", None)
    assert load_rulebook() == first
    assert not any(call.example or call.noop for api in first.apis for call in api.call)


def test_an_edited_rule_is_read_again(rules):
    load_rulebook()
    replace(rules / "apis" / "tiktoken.toml", 'library = "tiktoken"', 'library = "other"')
    assert "other" in {api.library for api in load_rulebook().apis}


def test_a_damaged_cache_is_ignored(rules, tmp_path):
    first = load_rulebook()
    entries = list((tmp_path / "cache" / "gpt55-migrate").glob("rules-*.msgpack"))
    assert len(entries) == 1
    entries[0].write_bytes(b"\x00damaged")
    assert load_rulebook() == first


def test_a_cache_that_cannot_be_written_does_not_matter(rules, tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert load_rulebook() == load_rulebook()


def test_old_cache_entries_are_forgotten(rules, tmp_path):
    load_rulebook()
    folder = tmp_path / "cache" / "gpt55-migrate"
    for number in range(20):
        (folder / f"rules-{number}.msgpack").write_bytes(b"")
    rulecache.save("0" * 64, load_rulebook())
    assert len(list(folder.glob("rules-*.msgpack"))) <= 8


# -- failures ------------------------------------------------------------------------------------

CALL = '\n[[call]]\nid = "acme.ask"\nsource = "acme"\ncallees = ["acme.ask"]\n'
PARAMETER = (
    '\n[[parameter]]\nid = "X1"\napis = ["openai.chat.completions"]\nname = "heat"\nvariants = ["mini"]\n'
    'safety = "safe"\nwhy = "w"\nsource = "s"\n'
)

BROKEN = [
    ("apis/openai.toml", CALL + 'modle = "x"\n', 'call "acme.ask": unknown key "modle"'),
    ("apis/openai.toml", '\n[[call]]\nid = "acme.ask"\n', 'call "acme.ask": missing key "source"'),
    ("apis/tiktoken.toml", '\n[[call]]\nsource = "acme"\n', 'call 2: missing key "id"'),
    (
        "apis/openai.toml",
        CALL + "position = 'one'\n",
        'call "acme.ask": key "position": expected `int | null`, got `str`',
    ),
    (
        "apis/openai.toml",
        CALL + "\n[[call.example]]\nbefor = ''\n",
        'call "acme.ask": example 1: unknown key "befor"',
    ),
    (
        "apis/openai.toml",
        '\n[[call]]\nid = "acme.ask"\nsource = "acme"\n',
        'call "acme.ask": missing key "callees" (or "tails")',
    ),
    (
        "apis/openai.toml",
        CALL + CALL,
        'call "acme.ask": the id is used twice (also in rules/apis/openai.toml)',
    ),
    (
        "apis/tiktoken.toml",
        CALL.replace("acme.ask", "openai.responses"),
        'call "openai.responses": the id is used twice (also in rules/apis/openai.toml)',
    ),
    (
        "apis/openai.toml",
        "\n[[client]]\nnames = ['acme.Client']\nvendor = 'acme'\n",
        'client "acme.Client": key "vendor": invalid enum value \'acme\'; '
        "known: azure, gateway, local, openai, other",
    ),
    (
        "parameters.toml",
        PARAMETER + "change = {}\n",
        'parameter "X1": key "change": needs exactly one of rename, remove, replace, report; has none',
    ),
    (
        "parameters.toml",
        PARAMETER + 'change = { rename = "a", remove = true }\n',
        'parameter "X1": key "change": needs exactly one of rename, remove, replace, report; '
        "has rename and remove",
    ),
    (
        "parameters.toml",
        PARAMETER + "change = { remov = true }\n",
        'parameter "X1": unknown key "change.remov"',
    ),
    (
        "parameters.toml",
        PARAMETER.replace('["mini"]', '["maxi"]') + "change = { remove = true }\n",
        'parameter "X1": key "variants": unknown "maxi"; known: flagship, instant, mini',
    ),
    (
        "parameters.toml",
        PARAMETER.replace("openai.chat.completions", "openai.chatt") + "change = { remove = true }\n",
        'parameter "X1": key "apis": no call "openai.chatt"',
    ),
    (
        "names.toml",
        '\n[acme]\nsource = "acme"\npatterns = ["(a"]\n',
        'names "acme": key "patterns": "(a" is no regular expression: '
        "missing ), unterminated subpattern at position 0",
    ),
    ("names.toml", '\n[acme]\nsource = "acme"\nexakt = ["a"]\n', 'names "acme": unknown key "exakt"'),
    (
        "vendors.toml",
        '\n[[host]]\nsuffix = "acme.example"\nvendor = "other"\n',
        'host "acme.example": missing key "source"',
    ),
    (
        "catalogs/models.toml",
        '\n[[models]]\nid = "gpt-4o-x"\nsnapshot_of = "gpt-4x"\n',
        'model "gpt-4o-x": key "snapshot_of": no model "gpt-4x" above',
    ),
    (
        "catalogs/models.toml",
        '\n[[models]]\nid = "gpt-4o"\nsource = "s"\n',
        'model "gpt-4o": the id is used twice',
    ),
    ("catalogs/models.toml", '\n[[models]]\nid = "gpt-4o-x"\n', 'model "gpt-4o-x": missing key "source"'),
    (
        "catalogs/models.toml",
        '\n[[models]]\nid = "m"\nsource = "s"\nkind = "song"\n',
        'model "m": key "kind": invalid enum value \'song\'; known: audio, codex, computer-use, deep-research, '
        "embedding, fine-tune, image, open-weights, realtime, search, text, transcribe, tts",
    ),
    (
        "catalogs/models.toml",
        '\n[[specials]]\nkind = "song"\nreason = "no-text-successor"\nsource = "s"\n',
        'special "song": missing key "part" (or "prefix")',
    ),
    (
        "apis/openai.toml",
        "\n[[call\n",
        "not valid TOML: Expected ']]' at the end of an array declaration (at line",
    ),
]


@pytest.mark.parametrize(("path", "text", "expected"), BROKEN, ids=[entry[2] for entry in BROKEN])
def test_a_broken_rule_file_is_named_with_rule_and_key(rules, path, text, expected):
    file = rules / path
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")
    found = message()
    if expected.endswith("(at line"):
        assert found.startswith(f"rules/{path}: {expected}")
    else:
        assert found == f"rules/{path}: {expected}"


def test_a_variant_may_not_be_missing(rules):
    path = rules / "catalogs" / "guide.toml"
    replace(path, "[variants.mini]", "[variants.tiny]")
    assert message() == 'rules/catalogs/guide.toml: catalog "guide": key "variants": missing "mini"'


def test_a_wrong_key_in_a_variant_names_the_variant(rules):
    replace(rules / "catalogs" / "guide.toml", 'guide_id = "gpt-5.5-instant"', 'guide_ids = "x"')
    assert message() == 'rules/catalogs/guide.toml: variant "instant": unknown key "guide_ids"'


def test_an_include_must_exist(rules):
    replace(rules / "catalogs" / "guide.toml", '"models.toml"', '"modelz.toml"')
    assert message() == 'rules/catalogs/guide.toml: key "includes": no file "modelz.toml"'


def test_an_unknown_catalogue_lists_the_known_ones(rules):
    assert message("gide") == (
        'catalog "gide" is unknown; known: current, guide, published (or the path of a catalogue file)'
    )


def test_an_included_file_is_no_catalogue(rules):
    assert message("models").startswith('catalog "models" is unknown')


def test_a_missing_file(rules):
    (rules / "names.toml").unlink()
    assert message() == "rules/names.toml: cannot be read: No such file or directory"
    assert message("next.toml") == "rules/names.toml: cannot be read: No such file or directory"


def test_a_missing_file_of_the_users(rules, tmp_path):
    path = tmp_path / "own.toml"
    assert message(extra=[path]) == f"{path}: cannot be read: No such file or directory"


def test_a_file_over_the_bound_is_refused(rules):
    (rules / "names.toml").write_bytes(b"#" * 1_000_001)
    assert message() == "rules/names.toml: larger than 1,000,000 bytes"


def test_deep_nesting_is_refused(rules):
    (rules / "names.toml").write_text("a = " + "[" * 100_000, encoding="utf-8")
    assert message().startswith("rules/names.toml: not valid TOML: ")


def test_text_that_is_not_utf8_is_refused(rules):
    (rules / "names.toml").write_bytes(b"# caf\xe9\n")
    assert message() == "rules/names.toml: not UTF-8 (byte 5)"


def test_a_users_calls_need_a_library(rules, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(CALL, encoding="utf-8")
    assert message(extra=[own]) == f'{own}: missing key "library" (of the calls in this file)'


def test_a_users_unknown_key(rules, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text("[[parametre]]\nid = 'x'\n", encoding="utf-8")
    assert message(extra=[own]) == f'{own}: unknown key "parametre"'


# -- a later family is one file ------------------------------------------------------------------

NEXT = """\
name = "next"                     # what --catalog and reports call it
title = "The next family"         # one line for people
provenance = "published"          # whose figures these are
source = "model page, 2027-01"    # where they are known from
parameters = "guide"              # the catalogue whose parameter rules hold for these models
includes = ["models.toml"]        # the old models with their figures and dates
[variants]                        # what is written for each of the three roles
flagship = { id = "gpt-7" }       # the hardest work: long documents, reasoning
instant = { id = "gpt-7-fast" }   # chat, coding, support
mini = { id = "gpt-7-small" }     # classification, moderation, extraction
"""


def migrated(source, **settings):
    inventory, files = migrate({"app.py": source.encode()}, msgspec.convert(settings, Settings))
    assert not inventory.diagnostics
    return files["app.py"].decode()


def test_a_later_family_is_ten_lines(tmp_path):
    catalog = tmp_path / "next.toml"
    catalog.write_text(NEXT, encoding="utf-8")
    call = 'from openai import OpenAI\nOpenAI().chat.completions.create(model="{}", messages=m, {})\n'
    old, given = call.format("gpt-4o", "max_tokens=99, temperature=0"), "max_completion_tokens=99"
    assert len(NEXT.splitlines()) == 10
    for variant, name in (("flagship", "gpt-7"), ("instant", "gpt-7-fast"), ("mini", "gpt-7-small")):
        new = migrated(old, catalog=str(catalog), map={"gpt-4o": variant})
        assert new == call.format(name, given)


def test_a_condition_names_what_all_targets_begin_with_and_no_old_id_does():
    source = (
        "import os\nfrom openai import OpenAI\n"
        'MODEL = os.environ.get("MODEL", "gpt-4o")\n'
        "print(OpenAI().chat.completions.create(model=MODEL, messages=[], temperature=0.3))\n"
    )
    assert 'if "gpt-6" in MODEL' in migrated(source, catalog="current", map={"gpt-4o": "instant"})
