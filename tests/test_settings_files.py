"""Settings beside the code: variables that files give, the calls that read them, and how they are written."""

from __future__ import annotations

import json
import re
import time

import pytest
import yaml
from ci_support import within
from hypothesis import given, settings, strategies

from migrator import pipeline
from migrator.data.formats import form_of, loaded, parsed
from migrator.data.items import DataError
from migrator.inventory.edit_records import Edit, ReplaceText
from migrator.read.datafile import MAX_BYTES
from migrator.settings import Settings
from migrator.write.datafiles import render_data

CALL = """
import os
from openai import OpenAI


def ask(question):
    messages = [{"role": "user", "content": question}]
    return OpenAI().chat.completions.create(model=READ, messages=messages, max_tokens=900)
"""
WAYS = {
    ".env.production": "# which\nDEBUG=1\nCHAT_MODEL='gpt-4o'   # the one\nOTHER=${CHAT_MODEL}\n",
    ".env": "export CHAT_MODEL=gpt-4o",
    "deploy/compose.yml": "services:\n  web:\n    environment:\n      - CHAT_MODEL=${CHAT_MODEL:-gpt-4o} # x\n",
    "chart/config.yaml": "---\na: 1\n---\ndata:\n  # c\n  CHAT_MODEL: &model gpt-4o\n  SECOND: *model\n",
    "k8s/web.yaml": 'spec:\n- env:\n  - name: CHAT_MODEL\n    value: "gpt-4o"  # c\n  - {name: A, value: b}\n',
    ".github/workflows/run.yml": "on: push\nenv:\n    CHAT_MODEL:   gpt-4o\n",
    ".gitlab-ci.yml": "variables:\n  CHAT_MODEL:\n    value: gpt-4o\n    description: the model\n",
    "Dockerfile": "FROM python\nARG NAME=gpt-4o\nENV A=1 \\\n    CHAT_MODEL=${NAME}\n",
    "worker.service": '[Service]\nEnvironment="CHAT_MODEL=gpt-4o" A=1\n',
    "Makefile": "CHAT_MODEL ?= gpt-4o\n\nrun:\n\tpython app.py\n",
    "Procfile": "web: CHAT_MODEL=gpt-4o python app.py\n",
    "run.sh": "#!/bin/sh\r\nexport CHAT_MODEL=gpt-4o\r\npython app.py\r\n",
    "main.tf": 'variable "model" {\n  default = "gpt-4o"\n}\nx = {\n  CHAT_MODEL = var.model\n}\n',
    "fly.toml": '[env]\nCHAT_MODEL = "gpt-4o" # c\n',
    "launch.json": '{"configurations": [{"env": {"CHAT_MODEL": "gpt-4o"}}]}',
    ".vscode/settings.json": '// c "\n{\n  "env": {"CHAT_MODEL": "gpt-4o", /* x */}, // "gpt-5.4"\n}\n',
    "config.json5": "// it's \"\n{env: {CHAT_MODEL: 'gpt-4o', /* ' */ $n: 'a\\'b'},}\n",
    "uwsgi.ini": "[env]\nCHAT_MODEL : gpt-4o\n",
}


def run(path, text, read='os.environ["CHAT_MODEL"]', call=CALL, **given):
    files = {"app.py": call.replace("READ", read).encode(), path: text.encode()}
    inventory, new = pipeline.migrate(files, Settings(**given))
    assert pipeline.migrate(new, Settings(**given))[1] == new, "a second run changes something"
    return inventory, new["app.py"].decode(), new[path].decode()


@pytest.mark.parametrize("path", WAYS)
def test_a_variable_is_written_with_what_its_call_gives(path):
    text = WAYS[path]
    _, app, new = run(path, text, config_files=True)
    assert new == text.replace("gpt-4o", "gpt-5.5-instant")
    assert "max_completion_tokens=900" in app


@pytest.mark.parametrize("path", WAYS)
def test_unasked_it_stays_and_is_told(path):
    inventory, app, new = run(path, WAYS[path], read='os.getenv("CHAT_MODEL", "gpt-4o-mini")')
    assert new == WAYS[path]
    assert '"gpt-5.5-mini"' in app
    one = next(one for one in inventory.references if one.path == path)
    assert (one.action, one.reason) == ("review", "persisted-setting")
    told = next(one.message for one in inventory.findings if one.rule == "GPT55-D002")
    assert "the default in code is gpt-4o-mini (app.py:8); CHAT_MODEL is gpt-4o in " + path in told


@pytest.mark.parametrize(
    "read",
    [
        'os.environ.get("CHAT_MODEL")',
        'env("CHAT_MODEL")',
        'env.str("CHAT_MODEL", default="gpt-4o")',
        'config("CHAT_MODEL", default="gpt-4o")',
        'dotenv_values(".env")["CHAT_MODEL"]',
        'dotenv_values(".env").get("CHAT_MODEL")',
        "dynamic.CHAT_MODEL",
        "Fields().chat_model",
        "Fields().second",
    ],
)
def test_what_reads_it(read):
    head = """
import environ
from decouple import config
from dotenv import dotenv_values
from dynaconf import Dynaconf
from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

env = environ.Env()
dynamic = Dynaconf()


class Fields(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="CHAT_")
    model: str = "gpt-4o"
    chat_model: str = Field("gpt-4o", alias="chat_model")
    second: str = Field(validation_alias=AliasChoices("x", "CHAT_MODEL"))
"""
    _, app, new = run(".env", "CHAT_MODEL=gpt-4o\n", read, head + CALL, config_files=True)
    assert new == "CHAT_MODEL=gpt-5.5-instant\n"
    assert "max_completion_tokens=900" in app


def test_settings_are_for_the_code_around_them():
    code = CALL.replace("READ", 'os.environ["CHAT_MODEL"]').encode()
    files = {
        "one/app.py": code,
        "two/app.py": code.replace(b"max_tokens=900", b"temperature=0, **os.environ"),
        "one/.env": b"CHAT_MODEL=gpt-4o\n",
        "two/.env": b"CHAT_MODEL=gpt-4o-mini\n",
        "one/deploy/k8s.yaml": b"data:\n  CHAT_MODEL: gpt-4o\n",
    }
    inventory, new = pipeline.migrate(files, Settings(config_files=True, unproven=True))
    assert b"gpt-5.5" in new["one/.env"]
    assert b"gpt-5.5" in new["one/deploy/k8s.yaml"]
    assert new["two/.env"] == files["two/.env"]
    told = {one.path: one.message for one in inventory.findings if one.rule == "GPT55-D002"}
    assert "two/" not in told["one/app.py"]
    assert "one/" not in told["two/app.py"]


def test_settings_beside_code_that_does_not_read_them_are_for_what_does():
    files = {
        "app/app.py": CALL.replace("READ", 'os.environ["CHAT_MODEL"]'),
        "scripts/tool.py": "import openai\nopenai.OpenAI().chat.completions.create(model='gpt-4o', messages=[])\n",
        "scripts/run.sh": "export CHAT_MODEL=gpt-4o\n",
    }
    contents = {name: text.encode() for name, text in files.items()}
    assert b"gpt-5.5" in pipeline.migrate(contents, Settings(config_files=True))[1]["scripts/run.sh"]
    contents["scripts/tool.py"] += b"import os\nos.environ['CHAT_MODEL']\n"
    assert b"gpt-5.5" not in pipeline.migrate(contents, Settings(config_files=True))[1]["scripts/run.sh"]


@pytest.mark.parametrize(
    ("head", "read", "path", "text"),
    [
        ("from omegaconf import OmegaConf\nconf = OmegaConf.load('conf.yaml')\n", "conf.llm.model", "conf.yaml",
         "llm: {model: gpt-4o}\n"),
        ("import yaml\nconf = yaml.safe_load(open('conf.yaml'))\n", "conf['llm']['model']", "conf.yaml",
         "# x\nllm:\n  model: gpt-4o\n"),
        ("import tomllib\nconf = tomllib.load(open('conf.toml', 'rb'))\n", "conf['llm'].get('model', 'gpt-5')",
         "conf.toml", "[llm]\nmodel = 'gpt-4o'\n"),
        ("from dynaconf import Dynaconf\nconf = Dynaconf(settings_files=['settings.toml'])\n", "conf.MODEL",
         "settings.toml", "[default]\nmodel = 'gpt-4o'\n"),
    ],
)  # fmt: skip
def test_paths_into_a_file(head, read, path, text):
    _, app, new = run(path, text, read, head + CALL, config_files=True)
    assert new == text.replace("gpt-4o", "gpt-5.5-instant")
    assert "max_completion_tokens=900" in app


NESTED = """
from pydantic import BaseModel
from pydantic_settings import BaseSettings, SettingsConfigDict

class Deep(BaseModel):
    name: str = "gpt-4o-mini"

class LLM(BaseModel):
    model: str = "gpt-5.4"
    chat: Deep = Deep()

class Fields(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="APP_", env_nested_delimiter="__", env_file=["conf/prod.env"])
    llm: LLM = LLM()

conf = Fields()
"""
DYNACONF = """
from dynaconf import Dynaconf
conf = Dynaconf(envvar_prefix="APP", settings_files=["conf/which.toml", "conf/which.yaml"])
"""


@pytest.mark.parametrize(
    ("head", "read", "path", "text"),
    [
        (NESTED, "conf.llm.model", "conf/prod.env", "# c\nAPP_LLM__MODEL=gpt-4o\n"),
        (NESTED, "Fields().llm.chat.name", "deploy.env", "export app_llm__chat__name='gpt-4o'\n"),
        (NESTED, "conf.llm.model", ".env", 'APP_LLM=\'{"model": "gpt-4o", "x": 1}\'\n'),
        (DYNACONF, "conf.llm.model", "conf/which.toml", "[default.llm]\nmodel = 'gpt-4o' # c\n"),
        (DYNACONF, 'conf["llm"]["model"]', "conf/which.yaml", "llm: {model: gpt-4o}\n"),
        (DYNACONF, 'conf.LLM.get("model", "gpt-4o-mini")', "conf/which.yaml", "default:\n  llm:\n    model: gpt-4o\n"),
        (DYNACONF, 'conf.get("llm.model")', ".env", "APP_LLM__MODEL=gpt-4o\n"),
    ],
)  # fmt: skip
def test_settings_in_one_another(head, read, path, text):
    _, app, new = run(path, text, read, head + CALL, config_files=True)
    assert new == text.replace("gpt-4o", "gpt-5.5-instant")
    assert "max_completion_tokens=900" in app


@pytest.mark.parametrize(
    ("head", "read", "path", "text"),
    [
        (NESTED, "conf.llm.model", ".env", "LLM__MODEL=gpt-4o\n"),
        (NESTED.replace('env_nested_delimiter="__", ', ""), "conf.llm.model", ".env", "APP_LLM__MODEL=gpt-4o\n"),
        (DYNACONF, "conf.model", "conf/which.toml", "[default.llm]\nmodel = 'gpt-4o'\n"),
        (DYNACONF, "conf.llm.model", "conf/other.toml", "[default.llm]\nmodel = 'gpt-4o'\n"),
    ],
)  # fmt: skip
def test_what_has_another_name_is_not_taken(head, read, path, text):
    inventory, _, new = run(path, text, read, head + CALL, config_files=True)
    assert new == text
    assert not [one for one in inventory.findings if one.rule == "GPT55-D002" and "gpt-4o in" in one.message]


def test_a_file_that_code_names_is_for_it_wherever_it_is():
    code = NESTED.replace('["conf/prod.env"]', '"../deploy/prod.env"') + CALL.replace(
        "READ", "conf.llm.model"
    )
    files = {"web/app.py": code.encode(), "deploy/up.py": b"import os\nx = os.environ['APP_LLM__MODEL']\n"}
    files |= {"deploy/prod.env": b"APP_LLM__MODEL=gpt-4o\n", "deploy/own.env": b"APP_LLM__MODEL=gpt-4o\n"}
    _, new = pipeline.migrate(files, Settings(config_files=True))
    assert new["deploy/prod.env"] == b"APP_LLM__MODEL=gpt-5.5-instant\n"
    assert new["deploy/own.env"] == files["deploy/own.env"]


def test_a_declared_setting_that_no_file_sets_is_to_be_set_by_hand():
    code = NESTED.replace("llm: LLM = LLM()", "chat: str") + CALL.replace("READ", "Fields().chat")
    inventory, _ = pipeline.migrate({"app.py": code.encode()}, Settings())
    told = [one.message for one in inventory.findings if one.rule == "GPT55-D001"]
    assert len(told) == 1
    assert "set APP_CHAT (read at app.py:14) by hand; new models refuse max_tokens" in told[0]


def test_what_hydra_gives():
    call = CALL.replace("def ask(question)", "@hydra.main(config_path='conf', config_name='run')\ndef ask(c)")
    call = "import hydra\n" + call.replace('"content": question', '"content": "x"')
    text = "defaults: []\nllm:\n  model: gpt-4o\n"
    _, app, new = run("conf/run.yaml", text, "c.llm.model", call, config_files=True)
    assert new == text.replace("gpt-4o", "gpt-5.5-instant")
    assert "max_completion_tokens=900" in app


CHART = """{{- if .Values.on }}
env:
  - name: OTHER
    value: x
  - name: "CHAT_MODEL"
    value: {{ .Values.llm.model | default .Values.fallback | quote }}
{{- end }}
"""
PASSED_ON = [
    ("chart/values.yaml", "llm:\n  model: gpt-4o # c\n", "chart/templates/web.yaml", CHART),
    (
        "chart/values-prod.yml",
        "llm: {model: 'gpt-4o'}\n",
        "t.yaml",
        "env: {CHAT_MODEL: '{{ .Values.llm.model }}'}\n",
    ),
    ("prod.tfvars", 'model = "gpt-4o"\n', "main.tf", "x = {\n  CHAT_MODEL = var.model\n}\n"),
    (".env", "MODEL=gpt-4o\n", "compose.yml", "services: {a: {environment: {CHAT_MODEL: '${MODEL}'}}}\n"),
]


@pytest.mark.parametrize(("path", "text", "other", "passing"), PASSED_ON)
def test_a_file_that_names_no_model_passes_it_on(path, text, other, passing):
    files = {path: text, other: passing, "app.py": CALL.replace("READ", 'os.environ["CHAT_MODEL"]')}
    new = pipeline.migrate(
        {name: each.encode() for name, each in files.items()}, Settings(config_files=True, unproven=True)
    )[1]
    assert new[path].decode() == text.replace("gpt-4o", "gpt-5.5-instant")
    assert new[other].decode() == passing
    assert b"max_completion_tokens=900" in new["app.py"]
    files["app.py"] = CALL.replace("READ", 'os.environ["CHAT_MODEL"]').replace(
        "max_tokens=900", "**os.environ"
    )
    new = pipeline.migrate(
        {name: each.encode() for name, each in files.items()}, Settings(config_files=True, unproven=True)
    )[1]
    assert new[path].decode() == text


def test_what_a_template_says_beside_its_variables_is_one_note():
    text = CHART.replace(".Values.fallback", '"gpt-4o"')
    inventory, _, new = run("chart/templates/web.yaml", text, config_files=True)
    assert new == text
    notes = [one.path for one in inventory.findings if one.rule == "GPT55-D003"]
    assert notes == ["chart/templates/web.yaml"]
    inventory, _, new = run("chart/templates/web.yaml", CHART.replace("value: x", "value: gpt-4o"))
    assert not [one for one in inventory.findings if one.rule == "GPT55-D003"]
    assert [one.reason for one in inventory.references] == ["dynamic"]


def test_a_secret_in_base64_is_told(tmp_path):
    (tmp_path / "s.yaml").write_text("kind: Secret\ndata:\n  A: Z3B0LTQx\n  CHAT_MODEL: Z3B0LTRv\n")
    seen = within("scan", ".", cwd=tmp_path, code=0)
    assert "4:1  note  GPT55-D003  CHAT_MODEL is gpt-4o here, in base64: set it by hand" in seen.output


def test_a_call_that_refuses_it_holds_it():
    call = CALL.replace("max_tokens=900", "logit_bias={1: 2}, **os.environ")
    inventory, _, new = run(".env", "CHAT_MODEL=gpt-4o\n", call=call, config_files=True, unproven=True)
    assert new == "CHAT_MODEL=gpt-4o\n"
    assert next(one for one in inventory.references if one.path == ".env").action == "review"


def test_what_nothing_reads_is_listed():
    inventory, _, new = run(".env", "UNKNOWN_MODEL=gpt-4o\n# gpt-4o\n", read='"gpt-4o"', config_files=True)
    assert new.startswith("UNKNOWN_MODEL=gpt-4o\n")
    said = [one.detail for one in inventory.references if one.path == ".env" and one.action == "review"]
    assert said == ["no code that was read takes UNKNOWN_MODEL from here; what does may refuse the new model"]


def test_what_is_read_and_not_followed_is_not_said_to_be_unread():
    call = CALL + '\n\nremember(os.environ["CHAT_MODEL"])\n'
    inventory, _, new = run(".env", "CHAT_MODEL=gpt-4o\n", '"gpt-4o"', call, config_files=True)
    assert new == "CHAT_MODEL=gpt-4o\n"
    said = [one.detail for one in inventory.references if one.path == ".env"]
    assert said[0].startswith("app.py names CHAT_MODEL, and was not followed from there to a call;")


def test_a_setting_of_tests_says_what_keeps_it():
    files = {
        "tests/app.py": CALL.replace("READ", 'os.environ["CHAT_MODEL"]'),
        "tests/.env": "CHAT_MODEL=gpt-4o\n",
    }
    inventory, _ = pipeline.migrate({k: v.encode() for k, v in files.items()}, Settings(config_files=True))
    said = next(one.detail for one in inventory.references)
    assert said.endswith("; test files are not written (--write-contexts test)")


def test_a_variable_that_no_file_sets_is_to_be_set_by_hand():
    inventory, _, _ = run(".env", "A=1\n")
    assert [one.message for one in inventory.findings] == [
        "the model comes from the environment: set CHAT_MODEL (read at app.py:8) by hand; "
        "new models refuse max_tokens"
    ]


@pytest.mark.parametrize(
    ("head", "read", "said"),
    [
        ("import boto3", 'boto3.client("ssm").get_parameter(Name="/m")["Parameter"]["Value"]', "/m of boto3.client.get_parameter"),
        ("import streamlit as st", 'st.secrets["llm"]["model"]', "llm.model of streamlit.secrets"),
        ("import redis", 'redis.Redis().get("model")', "model of redis.Redis.get"),
    ],
)  # fmt: skip
def test_what_a_store_keeps_is_to_be_set_by_hand(head, read, said):
    code = f"{head}\n{CALL.replace('READ', read)}"
    inventory, _ = pipeline.migrate({"app.py": code.encode()}, Settings())
    assert [one.message for one in inventory.findings] == [
        f"the model comes from a store outside the program: set {said} (read at app.py:9) by hand; "
        "new models refuse max_tokens"
    ]


def test_what_a_library_gives_is_no_setting():
    code = "import lib\n" + CALL.replace("READ", 'lib.get("model")')
    assert pipeline.migrate({"app.py": code.encode()}, Settings())[0].findings == ()


BROKEN = {
    ".env": "<<<<<<< HEAD\nCHAT_MODEL=gpt-4o\n=======\nCHAT_MODEL=x\n>>>>>>> other\n",
    "values.yaml": "model: {{ .Values.model | default gpt-4o }}\nCHAT_MODEL: x\n",
    "config.json": '{"CHAT_MODEL": "gpt-4o" "a": 1}',
    "a.ini": "[a]\nCHAT_MODEL = gpt-4o\n[a]\n",
    "b.toml": "CHAT_MODEL = gpt-4o",
    "settings.json": '{"CHAT_MODEL": "gpt-4o", "a": {"b": 1, "b": 2}}',
    "compose.yaml": "CHAT_MODEL: gpt-4o\nCHAT_MODEL: gpt-5.4\n",
    "app.json": '{"rows": ["' + "x" * MAX_BYTES + '"], "CHAT_MODEL": "gpt-4o"}',
    "config.json5": "{CHAT_MODEL: 'gpt-4o', b: .5}",
}


@pytest.mark.parametrize("path", BROKEN)
def test_what_cannot_be_read_is_one_line(path):
    inventory, _, new = run(path, BROKEN[path], config_files=True)
    assert new == BROKEN[path]
    assert [one.path for one in inventory.findings if one.rule == "GPT55-D003"] == [path]


def test_what_cannot_be_read_stops_nothing_and_is_an_error_where_it_is_named(tmp_path):
    files = {
        **BROKEN,
        "good.env": "CHAT_MODEL=gpt-4o\n",
        "app.py": CALL.replace("READ", 'os.environ["CHAT_MODEL"]'),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    seen = within("review", ".", "-v", "--config-files", cwd=tmp_path, code=0)
    assert all(re.search(rf"{re.escape(name)}:\d+  (names|may name) a model", seen.output) for name in BROKEN)
    named = within("check", *BROKEN, cwd=tmp_path, code=3)
    assert all(f"{name}: " in named.output for name in BROKEN)
    within("apply", ".", "--yes", "--config-files", cwd=tmp_path, code=0)
    assert (tmp_path / "good.env").read_text() == "CHAT_MODEL=gpt-5.5-instant\n"
    assert {name: (tmp_path / name).read_text() for name in BROKEN} == BROKEN


# -- nothing else changes --------------------------------------------------------------------------

_NAMES = strategies.from_regex(r"[A-Z][A-Z_]{1,8}", fullmatch=True)
_VALUES = strategies.from_regex(r"[a-z0-9./:@-]{1,12}", fullmatch=True) | strategies.just("gpt-4o")
_PAIRS = strategies.dictionaries(_NAMES, _VALUES, min_size=1, max_size=6)
_NOISE = strategies.sampled_from(["", "# gpt-4o\n", "\n", "  \n"])
SPELLED = {
    ".env": lambda k, v, q: f"{k}={q}{v}{q}\n",
    "Makefile": lambda k, v, q: f"{k} := {v}\n",
    "Dockerfile": lambda k, v, q: f"ENV {k}={q}{v}{q}\n",
    "a.service": lambda k, v, q: f'Environment="{k}={v}"\n',
    "a.tfvars": lambda k, v, q: f'{k} = "{v}"\n',
    "a.yaml": lambda k, v, q: f"{k}:  {q or chr(34)}{v}{q or chr(34)} # é\n",
    "a.toml": lambda k, v, q: f'{k} = "{v}" # é\n',
    "a.ini": lambda k, v, q: f"{k}= {v}\n",
    "t/a.yaml": lambda k, v, q: f"- name: {k}\n  value: {q}{v}{q} # é\n{{{{- if x }}}}\n",
}


@settings(max_examples=15, deadline=None)
@given(_PAIRS, _NOISE, strategies.sampled_from(["", '"', "'"]), strategies.booleans())
@pytest.mark.parametrize("path", SPELLED)
def test_every_byte_outside_a_value_survives(path, pairs, noise, quote, wide):
    text = ("[a]\n" if path.endswith(".ini") else "") + noise
    for name, value in pairs.items():
        text += SPELLED[path](name, value, quote) + noise
    text = text.replace("\n", "\r\n") if wide else text
    read = f'os.environ["{next(iter(pairs))}"]'
    inventory, _, new = run(path, text, read, config_files=True)
    written = [edit for edit in inventory.edits if edit.path == path and edit.selected]
    assert len(written) == (next(iter(pairs.values())) == "gpt-4o")
    expected = text
    for edit in written:
        lines = expected.splitlines(keepends=True)
        line = lines[edit.anchor[0] - 1]
        lines[edit.anchor[0] - 1] = line.replace("gpt-4o", edit.operation.new, 1)
        expected = "".join(lines)
    assert new == expected


_JSON = strategies.recursive(
    strategies.none()
    | strategies.booleans()
    | strategies.integers()
    | strategies.text("a'\"/*,:]}gpt-4o", max_size=6),
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(
            strategies.from_regex(r"[A-Za-z_$][\w$]{0,3}", fullmatch=True), inner, max_size=3
        )
    ),
    max_leaves=8,
)


def spelled(value):
    """A value as people write JSON5."""
    if isinstance(value, dict):
        return "{ // it's\n" + "".join(f"{key}: {spelled(held)}, " for key, held in value.items()) + "}"
    if isinstance(value, list):
        return "[" + "".join(f"{spelled(held)} /* ' */ , " for held in value) + "]"
    return "'" + value.replace("'", "\\'") + "'" if isinstance(value, str) else json.dumps(value)


@settings(max_examples=60, deadline=None)
@given(_JSON)
def test_json5_means_what_is_written(value):
    text = spelled(value)
    found = parsed("json", text)
    assert found.root.plain() == loaded("json", text) == value
    texts = [item for item in _all(found.root) if item.kind == "text" and item.value]
    assert all(text[item.start] in "'\"" and text[item.end - 1] == text[item.start] for item in texts)


@pytest.mark.parametrize("text", ["{a:" + "'\\" * 100_000, "{" + "a" * 200_000, "[" + ", " * 50_000 + "x"])
def test_what_is_no_json5_is_refused_at_once(text):
    started = time.process_time()
    with pytest.raises(DataError):
        parsed("json", text)
    assert time.process_time() - started < 2


def _all(item):
    yield item
    for inner in item.items:
        yield from _all(inner)


def test_an_anchor_changes_all_that_it_is_repeated_at():
    text = "a: &m gpt-4o\nb: *m\nc: [*m, x]\n"
    edit = Edit(
        id="e", path="a.yaml", anchor=(1, 3, 1, 12), operation=ReplaceText(old="gpt-4o", new="z"), group="e",
        why="", rule="R",
    )  # fmt: skip
    made = render_data("a.yaml", text.encode(), [edit])
    assert yaml.safe_load(made.data) == {"a": "z", "b": "z", "c": ["z", "x"]}
    assert made.data.decode() == text.replace("gpt-4o", "z")


def test_forms_by_name():
    known = {"Dockerfile.gpu": "docker", ".env.example": "dotenv", "prod.env": "dotenv", "env.py": ""}
    assert {name: form_of("a/" + name) for name in known} == known
    assert loaded("json", json.dumps({"a": 1})) == {"a": 1}


def test_a_repository_of_all_kinds_is_written_and_comes_back(tmp_path):
    """`apply` and `undo` on files of every kind at once."""
    notebook = json.dumps({"cells": [{"cell_type": "code", "source": CALL.replace("READ", "'gpt-4o'")}]})
    files = {"app.py": CALL.replace("READ", 'os.environ["CHAT_MODEL"]'), "note.ipynb": notebook, **WAYS}
    root = tmp_path / "work"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    before = contents(root)
    done = within("apply", ".", "--yes", "--config-files", cwd=root, code=0)
    changed = {name for name, data in contents(root).items() if data != before[name]}
    assert changed == files.keys()
    name = re.search(r"undo (\S+)", done.output)
    assert name is not None
    within("undo", name.group(1), cwd=root, code=0)
    assert contents(root) == before


def contents(root):
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }
