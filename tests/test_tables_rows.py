"""Tables gain rows in their own shape and units; what needs none, or cannot have one, stays."""

from __future__ import annotations

import pytest

from tests.decided import all_migrated, migrated

READ = "\n\ndef row(model):\n    return TABLE[model]\n"


def table(value: str, name: str = "TABLE") -> str:
    return f"{name} = {value}\n\n\ndef row(model):\n    return {name}[model]\n"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ('{"gpt-4o": 128_000}', "512_000"),
        ('{"gpt-4o": 128000}', "512000"),
        ('{"gpt-4o": 128 * 1000}', "512 * 1000"),
        ('{"gpt-4o": 128e3}', "512e3"),
        ('{"gpt-4o": 128 * 1024}', "500 * 1024"),
        ('{"gpt-4o": 120_000}', "504_000"),
        ('{"gpt-4o": "128k"}', '"512k"'),
    ],
)
def test_a_window_in_the_notation_of_the_old_one(row: str, expected: str) -> None:
    done = migrated(table(row, "CONTEXT_WINDOWS"), "gpt-4o")
    assert f'"gpt-5.5-instant": {expected}' in done.after
    assert done.new["row"]("gpt-4o") == done.old["row"]("gpt-4o")


@pytest.mark.parametrize(
    ("unit", "row", "expected"),
    [
        ("return n * 1000", '{"gpt-4o": unit(128)}', "unit(512)"),
        ("return 1024 * n", '{"gpt-4o": unit(128)}', "unit(500)"),
        ("return n + n", '{"gpt-4o": unit(128)}', "unit(128)"),
    ],
)
def test_a_window_that_a_function_of_the_program_makes(unit: str, row: str, expected: str) -> None:
    done = migrated(f"def unit(n):\n    {unit}\n\n\n{table(row, 'CONTEXT_WINDOWS')}", "gpt-4o")
    assert f'"gpt-5.5-instant": {expected}' in done.after


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ('{"gpt-4o": {"input": 2.5, "output": 10.0}}', {"input": 45.0, "output": 70.0}),
        ('{"gpt-4o": {"input": 2.50, "output": 10}}', {"input": 45.0, "output": 70}),
        ('{"gpt-4o": {"input": 0.0025, "output": 0.01}}', {"input": 0.045, "output": 0.07}),
        ('{"gpt-4o": {"prompt": 2.5e-06, "completion": 1e-05}}', {"prompt": 4.5e-05, "completion": 7e-05}),
        (
            '{"gpt-4o": {"input": 2.5 / 1_000_000, "output": 10 / 1_000_000}}',
            {"input": 45e-6, "output": 70e-6},
        ),
        ('{"gpt-4o": (2.5, 10.0)}', (45.0, 70.0)),
        (
            '{"gpt-4o": {"input": 2.5, "cached": 1.25, "output": 10.0}}',
            {"input": 45.0, "cached": 45.0, "output": 70.0},
        ),
        ('{"gpt-4o": [0.0025, 0.01]}', [0.045, 0.07]),
        (
            '{"gpt-4o": {"input_rate": 0.0025, "output_rate": 0.01}}',
            {"input_rate": 0.045, "output_rate": 0.07},
        ),
    ],
)
def test_a_price_in_the_unit_that_the_old_row_proves(row: str, expected: object) -> None:
    done = migrated(table(row, "PRICES"), "gpt-4o")
    assert done.new["row"]("gpt-5.5-instant") == pytest.approx(expected)
    assert done.new["row"]("gpt-4o") == done.old["row"]("gpt-4o")


def test_a_remark_on_an_old_figure_is_not_made_on_the_new_one() -> None:
    rows = """{
    "gpt-4o": {
        # dollars of 2024
        "input": 2.5 / 1e6,  # $2.50 for 1M
        "output": 10 / 1e6,  # what is written
        "tags": ["#1"],  # 1 of 2
    },
}"""
    after = migrated(table(rows, "PRICES"), "gpt-4o").after
    assert '"input": 45.0 / 1e6,\n        "output": 70 / 1e6,  # what is written' in after
    assert after.count("# dollars of 2024") == 2
    assert after.count('["#1"],  # 1 of 2') == 2


def test_a_unit_that_another_row_proves() -> None:
    done = migrated(table('{"gpt-4o": 2.0, "gpt-4o-mini": 0.15}', "USD_PER_1M_INPUT"), "gpt-4o")
    assert done.new["row"]("gpt-5.5-instant") == 45.0


def test_every_variant_that_reaches_the_look_up_gets_a_row() -> None:
    done = migrated(
        table('{"gpt-4o": 128_000, "gpt-4o-mini": 128_000, "gpt-5": 400_000}', "LIMITS"), "gpt-4o", "gpt-5"
    )
    assert done.new["row"]("gpt-5.5-instant") == 512_000
    assert done.new["row"]("gpt-5.5") == 1_000_000
    assert "gpt-5.5-mini" not in done.after


def test_a_registry_of_a_provider_gains_all_three() -> None:
    rows = '{"gpt-4o": 128000, "gpt-4o-mini": 128000, "gpt-5": 400000, "gpt-4.1": 1047576, "gpt-4-turbo": 128000}'
    done = migrated(table(rows, "CONTEXT"), "gpt-4o")
    assert {m for m in done.new["CONTEXT"] if "5.5" in m} == {"gpt-5.5", "gpt-5.5-instant", "gpt-5.5-mini"}


def test_an_alias_points_to_the_new_id_itself() -> None:
    done = migrated(table('{"gpt-4o": "gpt-4o-2024-08-06"}', "SNAPSHOTS"), "gpt-4o")
    assert done.new["row"]("gpt-5.5-instant") == "gpt-5.5-instant"


def test_names_inside_the_row_change_and_the_rest_is_copied() -> None:
    row = '{"gpt-4o": {"id": "gpt-4o", "label": "GPT-4o", "encoding": "o200k_base", "rpm": 500}}'
    done = migrated(table(row, "MODELS"), "gpt-4o")
    assert done.new["row"]("gpt-5.5-instant") == {
        "id": "gpt-5.5-instant",
        "label": "GPT-5.5 Instant",
        "encoding": "o200k_base",
        "rpm": 500,
    }
    assert "copied" in done.rows()[0].why


def test_text_only_mini_does_not_see() -> None:
    row = '{"gpt-4o-mini": {"context": 128_000, "vision": True, "modalities": ["text", "image"]}}'
    done = migrated(table(row, "MODELS"), "gpt-4o-mini")
    assert done.new["row"]("gpt-5.5-mini") == {"context": 128_000, "vision": False, "modalities": ["text"]}


def test_a_nested_table_and_its_quotes() -> None:
    code = "T = {'openai': {'gpt-4o': 128000}, 'other': {'x': 1}}\n\n\ndef context(p, model):\n    return T[p][model]\n"
    done = migrated(code, "gpt-4o")
    assert "'gpt-5.5-instant': 512000" in done.after
    assert done.new["context"]("openai", "gpt-5.5-instant") == 512_000


def test_records_in_a_list() -> None:
    code = """
from dataclasses import dataclass


@dataclass
class Info:
    name: str
    context_window: int


MODELS = [
    Info("gpt-4o", 128_000),
    Info("gpt-4.1", 1_047_576),
]


def find(name):
    return next(m for m in MODELS if m.name == name)
"""
    done = migrated(code, "gpt-4o")
    assert done.new["find"]("gpt-5.5-instant").context_window == 512_000


def test_first_prefix_wins_so_the_row_stands_before_what_would_shadow_it() -> None:
    code = """
PRICES = [("gpt-5-mini", 0.25), ("gpt-5", 1.25)]


def price(model):
    for prefix, usd in PRICES:
        if model.startswith(prefix):
            return usd
    raise ValueError(model)
"""
    done = migrated(code, "gpt-5", "gpt-5-mini")
    price = done.new["price"]
    assert (price("gpt-5.5"), price("gpt-5.5-mini")) == (5.0, 15.0)
    assert (price("gpt-5"), price("gpt-5-mini"), price("gpt-5.1")) == (1.25, 0.25, 1.25)


def test_longest_prefix_would_give_the_old_figure() -> None:
    code = """
WINDOWS = {"gpt-5": 400_000, "gpt-4o": 128_000}


def window(model):
    for key in sorted(WINDOWS, key=len, reverse=True):
        if model.startswith(key):
            return WINDOWS[key]
    return 8192
"""
    done = migrated(code, "gpt-5")
    assert done.old["window"]("gpt-5.5") == 400_000
    assert done.new["window"]("gpt-5.5") == 1_000_000


def test_a_prefix_that_gives_the_same_row_is_enough() -> None:
    code = """
ENCODINGS = {"gpt-5": "o200k_base", "gpt-4o": "o200k_base"}


def encoding(model):
    for key in sorted(ENCODINGS, key=len, reverse=True):
        if model.startswith(key):
            return ENCODINGS[key]
    return "cl100k_base"
"""
    done = migrated(code, "gpt-5")
    assert not done.rows()
    assert done.new["encoding"]("gpt-5.5") == "o200k_base"


def test_keys_that_are_enum_members() -> None:
    code = """
from enum import Enum


class Model(str, Enum):
    GPT_4O = "gpt-4o"


WINDOW = {Model.GPT_4O: 128_000}


def go(text, model: Model = Model.GPT_4O):
    room = WINDOW[model]
    return ask(text[:room], model.value)
"""
    done = migrated(code, "gpt-4o")
    assert done.new["WINDOW"][done.new["Model"]("gpt-5.5-instant")] == 512_000
    assert done.new["go"].__defaults__[0].value == "gpt-5.5-instant"
    assert done.new["Model"]("gpt-4o").name == "GPT_4O"


def test_members_named_after_a_tier_change_their_value() -> None:
    code = """
from enum import Enum


class Tier(Enum):
    FAST = "gpt-4o-mini"


def go(text, tier=Tier.FAST):
    return OpenAI().chat.completions.create(model=tier.value, messages=[{"role": "user", "content": text}])
"""
    done = migrated("from openai import OpenAI\n" + code)
    assert [m.value for m in done.new["Tier"]] == ["gpt-5.5-mini"]


def test_a_table_that_raises_moves_together_with_the_id() -> None:
    done = migrated(
        table('{"gpt-4o": 128_000}', "LIMITS")
        + "\n\ndef go(t):\n    row(M)\n    return ask(t, M)\n\n\nM = 'gpt-4o'\n",
        "gpt-4o-mini",
    )
    groups = {e.rule: e.group for e in done.inventory.edits if "instant" in str(e.operation)}
    assert groups["GPT55-T001"] == groups["GPT55-M001"]


@pytest.mark.parametrize("context", ["fit", "keep"])
def test_settings_that_do_not_expand_keep_the_room(context: str) -> None:
    done = migrated(
        table('{"gpt-4o": 128_000, "gpt-5-mini": 400_000}', "WINDOWS"),
        "gpt-4o",
        "gpt-5-mini",
        context=context,
    )
    assert done.new["row"]("gpt-5.5-instant") == 128_000
    assert done.new["row"]("gpt-5.5-mini") == 128_000


def test_variants_that_share_an_id_share_a_row() -> None:
    done = all_migrated(
        table('{"gpt-4o": 128_000, "gpt-5": 400_000}', "WINDOWS"), "gpt-4o", "gpt-5", catalog="published"
    )
    assert done.after.count('"gpt-5.5": ') == 1


# -- nothing happens ---------------------------------------------------------------------------


def unchanged(code: str, *models: str) -> list[str]:
    done = migrated(code, *models)
    assert not done.rows()
    return [one.reason for one in done.findings("GPT55-T")]


def test_rows_that_are_there_stay() -> None:
    assert unchanged(table('{"gpt-4o": 128_000, "gpt-5.5-instant": 500_000}', "WINDOWS"), "gpt-4o") == []


def test_a_unit_that_no_row_proves_keeps_the_id() -> None:
    code = (
        table('{"gpt-4o": 7, "gpt-4.1": 3}', "PRICE_POINTS")
        + "\n\nCHAT = 'gpt-4o'\nrow(CHAT)\n\n\ndef go(t):\n    return ask(t, CHAT)\n"
    )
    done = migrated(code, "gpt-4o-mini")
    assert [one.reason for one in done.findings("GPT55-T")] == ["table-unit-unknown"]
    assert "CHAT = 'gpt-4o'" in done.after


@pytest.mark.parametrize(
    ("name", "reasons"),
    [("PAID", []), ("INVOICES", []), ("USAGE", []), ("DEPLOYMENTS", ["azure-deployment"])],
)
def test_records_of_the_past_and_deployments_gain_nothing(name: str, reasons: list[str]) -> None:
    assert unchanged(table('{"gpt-4o": 412.18}', name), "gpt-4o") == reasons


def test_legacy_tables_stay() -> None:
    assert unchanged(table('{"gpt-4o": 128_000}', "DEPRECATED_MODELS"), "gpt-4o") == []


def test_generated_files_are_named() -> None:
    code = "# generated by make_table.py, DO NOT EDIT\n" + table('{"gpt-4o": 128_000}', "WINDOWS")
    assert unchanged(code, "gpt-4o") == ["generated-file"]


def test_tables_of_other_models_stay() -> None:
    assert unchanged(table('{"claude-sonnet-4": 200_000, "gpt-4.1": 1_047_576}', "WINDOWS"), "gpt-4o") == []


def test_ids_that_do_not_move_need_no_row() -> None:
    assert unchanged(table('{"gpt-4o-audio-preview": 128_000}', "WINDOWS"), "gpt-4o") == []


def test_names_of_something_else_stay() -> None:
    row = '{"gpt-4o": {"context": 128_000, "tokenizer": "Xenova/gpt-4o"}}'
    done = migrated(table(row, "MODELS"), "gpt-4o")
    assert done.new["row"]("gpt-5.5-instant")["tokenizer"] == "Xenova/gpt-4o"


def test_a_suppressed_row_holds_the_id_back() -> None:
    code = 'LIMITS = {\n    "gpt-4o": 128_000,  # gpt55: ignore\n}\n\nM = "gpt-4o"\nLIMITS[M]\n\n\ndef go(t):\n    return ask(t, M)\n'
    done = migrated(code, "gpt-4o-mini")
    assert 'M = "gpt-4o"\n' in done.after


def test_budgets_are_no_windows() -> None:
    done = migrated(table('{"gpt-4o": 8_000}', "CHUNK_SIZE"), "gpt-4o")
    assert done.new["row"]("gpt-5.5-instant") == 8_000


def test_a_rate_is_copied() -> None:
    done = migrated(table('{"gpt-4o": 500}', "REQUESTS_PER_MINUTE"), "gpt-4o")
    assert done.new["row"]("gpt-5.5-instant") == 500


def test_what_a_miss_does_is_said() -> None:
    code = 'T = {"gpt-4o": 128_000}\n\n\ndef context(model):\n    return T.get(model, 4096)\n'
    done = migrated(code, "gpt-4o")
    assert [t.on_miss for t in done.inventory.tables] == ["a miss falls back to 4096 at app.py:5"]


FLAGGED = """{
    "gpt-4o": {
        "window": 128_000,
        "supports_temperature": True,
    },
    "gpt-3.5-turbo": {"window": 16_385, "supports_temperature": True},
}"""


def test_a_flag_for_a_parameter_that_the_new_model_refuses_is_off() -> None:
    done = migrated(table(FLAGGED, "MODELS"), "gpt-4o")
    assert done.new["row"]("gpt-5.5-instant") == {"window": 512_000, "supports_temperature": False}
    assert done.new["row"]("gpt-4o") == done.old["row"]("gpt-4o")


@pytest.mark.parametrize(
    ("row", "flag", "expected"),
    [
        ('{"window": 128_000}', '"needs_max_completion_tokens": True', {"needs_max_completion_tokens": True}),
        ('{"window": 128_000}', '"supports_temperature": False', {"supports_temperature": False}),
        ('{"window": 128_000}', '"supports_temperature": True', {}),
        ('{"window": 128_000}', '"supports_batch": False', {}),
    ],
    ids=["needed-by-reasoners", "refused-by-reasoners", "what-old-models-take-stays-unsaid", "nothing-known"],
)
def test_a_flag_that_only_rows_of_such_models_carry(row: str, flag: str, expected: dict[str, bool]) -> None:
    text = f'{{"gpt-4o": {row}, "o1": {{"window": 200_000, {flag}}}}}'
    done = migrated(table(text, "MODELS"), "gpt-4o")
    assert done.new["row"]("gpt-5.5-instant") == {"window": 512_000, **expected}


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("model", "openrouter/openai/gpt-5.5-instant"),
        ("compared_with", "openrouter/openai/chatgpt-4o-latest"),
    ],
    ids=["what-it-calls", "what-it-does-not-call"],
)
def test_a_row_that_is_named_for_a_model_calls_it(field: str, expected: str) -> None:
    row = f'{{"name": "gpt-4o", "{field}": "openrouter/openai/chatgpt-4o-latest"}}'
    other = f'{{"name": "mistral-large", "{field}": "mistralai/mistral-large"}}'
    read = "def row(name):\n    return next(r for r in MODELS if r['name'] == name)\n"
    done = migrated(f"MODELS = [{row}, {other}]\n\n\n{read}", "gpt-4o")
    assert done.new["row"]("gpt-5.5-instant")[field] == expected


def test_the_dated_ids_of_a_model_are_not_the_new_one_s() -> None:
    row = '{"gpt-4o": ("gpt-4o-2024-08-06", "gpt-4o-2024-11-20"), "o1": ("o1-2024-12-17",)}'
    done = migrated(table(row, "SNAPSHOTS"), "gpt-4o")
    assert done.new["row"]("gpt-5.5-instant") == ()
    assert done.new["row"]("gpt-4o") == done.old["row"]("gpt-4o")


@pytest.mark.parametrize(
    ("name", "row", "expected"),
    [
        ("THINKING_DEFAULTS", '"minimal"', "low"),
        ("MODELS", '{"reasoning_effort": "minimal"}', {"reasoning_effort": "low"}),
        ("MODELS", '{"theme": "minimal"}', {"theme": "minimal"}),
        ("EFFORT_ALIASES", '{"minimal": "low"}', {"minimal": "low"}),
    ],
    ids=["a-whole-table", "a-field", "another-field", "a-key"],
)
def test_an_effort_that_the_new_model_does_not_know(name: str, row: str, expected: object) -> None:
    done = migrated(table(f'{{"gpt-5": {row}, "o3": {row}}}', name), "gpt-5")
    assert done.new["row"]("gpt-5.5") == expected
    assert done.new["row"]("gpt-5") == done.old["row"]("gpt-5")


def test_the_record_of_an_old_model_is_not_the_new_one_s() -> None:
    records = 'GPT_4O = ModelInfo(name="gpt-4o", window=128_000)\nO1 = ModelInfo(name="o1", window=200_000)\n'
    code = (
        "class ModelInfo:\n    def __init__(self, **given):\n        vars(self).update(given)\n\n\n" + records
    )
    done = migrated(code + table('{"gpt-4o": GPT_4O, "o1": O1}', "RECORDS"), "gpt-4o")
    assert '"gpt-5.5-instant": GPT_4O' not in done.after
    assert [one.reason for one in done.findings("GPT55-T")] == ["table-unit-unknown"]


OPENING = """
from openai import OpenAI

CAP = {{"gpt-4o": "max_tokens", "o3-mini": "max_completion_tokens"}}
SAMPLES = {{"gpt-4o": {flag}, "o3-mini": {other}}}


def ask(messages, model="gpt-4o"):
    options = {{CAP[model]: 90}}
    if {test}:
        options[{name!r}] = {value}
    return OpenAI().chat.completions.create(model=model, messages=messages, **options)


ask([])
"""


@pytest.mark.parametrize(("flag", "test"), [(True, "SAMPLES[model]"), (False, "not SAMPLES.get(model)")])
def test_a_flag_that_opens_what_is_refused_is_turned(flag: bool, test: str) -> None:
    done = migrated(OPENING.format(flag=flag, other=not flag, test=test, name="temperature", value=0.3))
    assert f'"gpt-5.5-instant": {not flag}' in done.after
    assert '"gpt-5.5-instant": "max_completion_tokens"' in done.after
    assert "options['temperature'] = 0.3" in done.after


def test_a_flag_that_opens_what_is_taken_is_copied() -> None:
    done = migrated(OPENING.format(flag=True, other=False, test="SAMPLES[model]", name="seed", value=7))
    assert '"gpt-5.5-instant": True' in done.after


def test_a_name_that_tells_rows_apart_stays_with_its_own() -> None:
    rows = '{"gpt-4o": {"names": ["4o"]}, "gpt-4o-mini": {"names": ("4o-mini", "4om")}, "o1": {"names": ("o1",)}}'
    done = migrated(table(rows, "MODELS"), "gpt-4o", "gpt-4o-mini")
    assert done.new["row"]("gpt-5.5-instant") == {"names": []}
    assert done.new["row"]("gpt-5.5-mini") == {"names": ()}
    assert done.new["row"]("gpt-4o") == {"names": ["4o"]}


def test_what_rows_share_is_copied() -> None:
    rows = '{"gpt-4o": {"can": ["tools"]}, "gpt-4o-mini": {"can": ["tools", "batch"]}, "o1": {"can": []}}'
    done = migrated(table(rows, "MODELS"), "gpt-4o", "gpt-4o-mini")
    assert done.new["row"]("gpt-5.5-mini") == {"can": ["tools", "batch"]}


def test_prices_in_records_of_a_list_are_rows() -> None:
    records = '[{"model_id": "gpt-4o", "usd_in": 2.5}, {"model_id": "gpt-4o-mini", "usd_in": 0.15}]'
    find = "\n\n\ndef row(model):\n    return next(r for r in PRICES if r.get('model_id') == model)\n"
    done = migrated(f"PRICES = {records}{find}", "gpt-4o")
    assert done.new["row"]("gpt-4o")["usd_in"] == 2.5
    assert done.new["row"]("gpt-5.5-instant")["usd_in"] > 2.5


NAMED = """
from openai import OpenAI

INFO = {"gpt-4o": {"api_name": "omni", "cost": 0.0025}, "gpt-4": {"api_name": "four", "cost": 0.03}}
NAMES = {"omni": "gpt-4o", "four": "gpt-4"}


def cost(name):
    return INFO.get(NAMES[name])["cost"]


def ask(text, name="omni"):
    return OpenAI().chat.completions.create(model=NAMES[name], messages=text%s)
"""


def test_a_row_says_its_name_only_where_that_means_the_new_model() -> None:
    done = migrated(NAMED % "")
    assert done.after.count('"gpt-5.5-instant"') == 2
    held = migrated(NAMED % ", modalities=['audio']")
    assert held.after == held.before


LABELLED = """
from openai import OpenAI

CHOICES = {"openai": [("GPT-4o (recommended)", "gpt-4o")], "other": [("Large", "large-1")]}
PROVIDERS = [
    {"key": "openai", "label": "OpenAI", "default_model": "gpt-4o-mini"},
    {"key": "other", "label": "Other", "default_model": "large-1"},
    {"key": "own", "label": "Own", "default_model": ""},
]


def ask(text, model=CHOICES["openai"][0][1]):
    return OpenAI().chat.completions.create(model=model, messages=text)
"""


def test_a_label_moves_with_its_id_and_a_provider_is_not_there_twice() -> None:
    done = all_migrated(LABELLED)
    assert done.new["CHOICES"]["openai"] == [("GPT-5.5 Instant (recommended)", "gpt-5.5-instant")]
    assert [one["default_model"] for one in done.new["PROVIDERS"]] == ["gpt-5.5-mini", "large-1", ""]


GATE = """
from openai import OpenAI

KNOWN = {{"gpt-4.1": {{"window": 1_047_576}}, "gpt-4o": {{"window": 128_000}}}}


class Desk:
    def __init__(self, model="gpt-4.1"):
        {gate}
        self.model, self.room = model, KNOWN.get(model)

    def ask(self, text):
        return OpenAI().chat.completions.create(model=self.model, messages=text, temperature={heat})


Desk(input()).ask([])
"""


def test_a_table_that_lets_names_in_gains_none_that_its_requests_are_refused_for() -> None:
    gate = "if model not in KNOWN:\n            raise ValueError(model)"
    assert '"gpt-5.5' not in all_migrated(GATE.format(gate=gate, heat="0.2")).after
    assert '"gpt-5.5' in all_migrated(GATE.format(gate=gate, heat="None")).after
    assert '"gpt-5.5' in all_migrated(GATE.format(gate="pass", heat="0.2")).after


def test_a_price_beside_one_that_is_known_is_not_copied() -> None:
    code = """
def rates():
    return {
        "gpt-4o": {"input": 2.5, "output": 10.0},
        "gpt-4-turbo": {"input": 10.0, "output": 31.5},
        "gpt-4.1": {"input": 2.0, "output": OUTPUT},
    }


def rate(name):
    return rates()[name]["output"]
"""
    known = migrated(code.replace("OUTPUT", "8.0"), "gpt-4o")
    assert known.new["rate"]("gpt-5.5-instant") == 70.0
    margin = code.replace("10.0}", "11.5}").replace("OUTPUT", "9.25")
    assert '"gpt-5.5' not in migrated(margin, "gpt-4o").after.partition("def rate(")[0]


PAIRED_KEYS = """
import os

from openai import OpenAI

PRICES = {{
    ("openai", "gpt-4o-mini"): (0.15, 0.6),
    ("openai", "gpt-4o"): (2.5, 10.0),
    ("openai", "gpt-5-mini"): (0.25, 2.0),
    ("other", "large"): (3.0, 15.0),
}}
MODEL = os.environ.get("MODEL", "gpt-4o-mini").lower()


def price(model):
    return {look_up}


print(OpenAI().chat.completions.create(model=MODEL, messages=[]), price(MODEL))
"""


@pytest.mark.parametrize("look_up", ['PRICES["openai", model]', 'PRICES.get(("openai", model))'])
def test_an_id_waits_whose_row_under_such_a_key_is_missed(look_up: str) -> None:
    done = migrated(PAIRED_KEYS.format(look_up=look_up))
    assert done.after == done.before


def test_an_id_moves_that_no_such_key_is_made_of() -> None:
    done = migrated(PAIRED_KEYS.format(look_up='PRICES.get(("other", "large"))'))
    rows = done.before[done.before.index("PRICES") : done.before.index("MODEL")]
    assert rows in done.after
    assert '"gpt-5.5-mini").lower()' in done.after


KEPT_ROW = """
import os
from typing import Literal, cast

from openai import OpenAI


class Cost:
    def __init__(self, per_input, per_output):
        self.per_input = per_input
        self.per_output = per_output


class Config:
    def __init__(self, model, costs):
        self.model = model
        self.costs = costs


Models = Literal["gpt-4o", "large"]
config = Config(
    model=cast(Models, os.getenv("MODEL", "gpt-4o").lower()),
    costs={{"gpt-4o": Cost(per_input=5, per_output=15), {more}"large": Cost(per_input=7, per_output=20)}},
)
print(OpenAI().chat.completions.create(model=config.model, messages=[]), config.costs[config.model])
"""


def test_an_id_that_is_made_another_text_first_waits_for_its_row() -> None:
    assert 'os.getenv("MODEL", "gpt-4o").lower()' in migrated(KEPT_ROW.format(more="")).after
    there = KEPT_ROW.format(more='"gpt-5.5-instant": Cost(per_input=5, per_output=15), ')
    assert 'os.getenv("MODEL", "gpt-5.5-instant").lower()' in migrated(there).after


def test_a_flag_without_a_name_is_not_copied_for_a_model_that_reads_less() -> None:
    done = migrated(table('{"gpt-4o-mini": (128_000, True)}'), "gpt-4o-mini")
    assert '"gpt-5.5-mini":' not in done.after
    assert "(128_000, True)" in done.after
    assert done.findings("GPT55-T")
    assert "gpt-5.5-instant" in migrated(table('{"gpt-4o": (128_000, True)}'), "gpt-4o").after


PRICED = [
    "def cost(sent, got):\n    price_in = 0.0000025\n    price_out = 0.00001\n    return sent * price_in + got * price_out",
    "INPUT_COST_PER_1K = 0.0025\nOUTPUT_COST_PER_1K = 0.01",
    'PRICES = {"input": 2.50, "output": 10.00}',
    "class Meter:\n    usd_in = 2.5 / 1_000_000\n    usd_out = 10 / 1_000_000",
    "def cost(sent, got):\n    return spent(sent, got, input_price=2.5, output_price=10.0)",
]
UNPRICED = [
    "def cost(sent, got):\n    price_in = 0.0000025\n    price_out = 0.00002\n    return sent * price_in + got * price_out",
    "INPUT_COST_PER_1K = 0.0025\nOUTPUT_COST_PER_1M = 10.0",
    "WAIT = 2.5\nTRIES = 10.0",
    'def cost(model):\n    if model == "gpt-4":\n        return {"input": 2.5, "output": 10.0}\n    return 0',
]


@pytest.mark.parametrize("code", PRICED)
def test_an_id_waits_beside_what_it_costs(code: str) -> None:
    done = migrated(code, "gpt-4o")
    assert done.after == done.before
    assert {one.detail.partition(" is what ")[2] for one in done.inventory.references} == {
        "gpt-4o costs, and stays"
    }


@pytest.mark.parametrize("code", UNPRICED)
def test_an_id_does_not_wait_beside_figures_of_anything_else(code: str) -> None:
    assert "gpt-5.5-instant" in migrated(code, "gpt-4o").after


def test_another_models_prices_keep_no_id() -> None:
    assert "gpt-5.5-instant" in migrated('PRICES = {"input": 0.15, "output": 0.60}', "gpt-4o").after


def test_a_row_that_other_new_ids_would_meet_comes_with_theirs() -> None:
    code = (
        'WINDOWS = {"gpt-4": 8_192, "gpt-5": 400_000, "o3": 200_000}\n\n\ndef window(model):\n'
        "    for key in sorted(WINDOWS, key=len, reverse=True):\n        if key in model:\n"
        "            return WINDOWS[key]\n    return 8_192"
    )
    done = migrated(code, "gpt-5")
    new = done.new["window"]
    assert [new(one) for one in ("gpt-5.5", "gpt-5.5-instant", "gpt-5.5-mini")] == [
        1_000_000,
        512_000,
        128_000,
    ]
    assert new("gpt-5-mini") == done.old["window"]("gpt-5-mini")


def test_a_row_that_is_looked_up_by_its_key_comes_alone() -> None:
    code = table('{"gpt-5": 400_000, "o3": 200_000}', "WINDOWS")
    assert set(migrated(code, "gpt-5").new["WINDOWS"]) == {"gpt-5", "gpt-5.5", "o3"}


@pytest.mark.parametrize("name", ["RATES", "MODEL_RATES", "BY_MODEL", "DEFAULTS"])
def test_two_prices_of_the_old_model_are_prices_under_any_name(name: str) -> None:
    rows = '{"claude-sonnet-4": (3.0, 15.0), "gpt-4o": (2.5, 10.0), "gpt-4o-mini": (0.15, 0.6)}'
    done = migrated(table(rows, name), "gpt-4o", "gpt-4o-mini")
    assert done.new["row"]("gpt-5.5-mini") == (15.0, 25.0)
    assert done.new["row"]("gpt-5.5-instant") == (45.0, 70.0)


@pytest.mark.parametrize("row", ["(500, 30_000)", "(2.5, 3)", "(2.5, 10.0, 7)"])
def test_numbers_that_are_no_two_prices_stay_what_the_name_says(row: str) -> None:
    done = migrated(table(f'{{"gpt-4o": {row}}}', "RATES"), "gpt-4o")
    assert done.new["row"]("gpt-5.5-instant") == done.old["row"]("gpt-4o")


LONE = '{{"gpt-5": {}, "gpt-5-mini": {}, "gpt-4o": {}, "gpt-4o-mini": {}}}'


def test_a_lone_price_that_most_rows_do_not_prove_is_for_a_person() -> None:
    blended = LONE.format(0.010, 0.002, 0.005, 0.0004)
    done = migrated(table(blended, "PRICE_PER_1K"), "gpt-4o")
    assert not done.rows()
    assert {one.reason for one in done.findings("GPT55-T001")} == {"table-unit-unknown"}


def test_a_lone_price_that_most_rows_prove_is_told() -> None:
    stated = LONE.format(0.010, 0.002, 0.010, 0.0005)
    assert migrated(table(stated, "PRICE_PER_1K"), "gpt-4o").new["row"]("gpt-5.5-instant") == 0.07


def test_a_row_says_by_which_encoding_the_new_model_counts():
    table = 'ENCODINGS = {"gpt-4": "cl100k_base", "gpt-4o": "cl100k_base", "o1": "o200k_base"}'
    done = all_migrated(f"{table}\n\n\ndef row(model):\n    return ENCODINGS[model]\n")
    assert done.new["row"]("gpt-5.5-instant") == "o200k_base"
    assert done.new["row"]("gpt-4o") == "cl100k_base"


def test_no_video_is_for_a_model_of_texts_and_it_stays_for_one_of_pictures():
    rows = '"gpt-4o": {"window": 128_000, "video": True}, "gpt-4o-mini": {"window": 128_000, "video": True}'
    done = migrated(
        f"ROWS = {{{rows}}}\n\n\ndef row(model):\n    return ROWS[model]\n", "gpt-4o", "gpt-4o-mini"
    )
    assert done.new["row"]("gpt-5.5-mini")["video"] is False
    assert done.new["row"]("gpt-5.5-instant")["video"] is True
