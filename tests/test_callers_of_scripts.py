"""What calls the functions of a script is the script; of a package's functions other programs may be callers, too."""

from __future__ import annotations

import pytest

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP

HEAD = "from openai import OpenAI\n\n"

PROXY = f"""{HEAD}
class Sending:
    def __init__(self, inner, **defaults):
        self._inner, self._defaults = inner, defaults

    def create(self, **given):
        return self._inner.create(**{{**self._defaults, **given}})


api = Sending(OpenAI().responses, model="gpt-4o", max_output_tokens=64)


def ask(text):
    return api.create(input=text)


print(ask("hi"))
"""

HOOKS = f"""{HEAD}
class Desk:
    hooks = []

    @classmethod
    def hook(cls, function):
        cls.hooks.append(function)
        return function

    def send(self, body):
        for function in self.hooks:
            body = function(body) or body
        return OpenAI().responses.create(**body)


@Desk.hook
def defaults(body):
    return {{"model": "gpt-4o", "max_output_tokens": 64, **body}}


print(Desk().send({{"input": "hi"}}))
"""

LINE = f"""import argparse
{HEAD}
parser = argparse.ArgumentParser()
parser.add_argument("--model", default="gpt-4o")
parser.add_argument("--max-output-tokens", type=int, default=64)
print(OpenAI().responses.create(input="hi", **vars(parser.parse_args())))
"""

RETRIED = f"""from tenacity import Retrying, stop_after_attempt
{HEAD}
def ask(text):
    again = Retrying(stop=stop_after_attempt(2))
    return again(OpenAI().chat.completions.create, model="gpt-4o", messages=text, max_tokens=64)
"""


def written(code: str, **files: str) -> str:
    """The new text of a file, which a second run leaves as it is; `files` stand beside it."""
    path = "desk/app.py" if "init" in files else "app.py"
    names = {"init": "desk/__init__.py"}
    every = {path: code.encode()} | {names.get(n, f"{n}.py"): text.encode() for n, text in files.items()}
    new = pipeline.migrate(every, Settings(map=MAP))[1]
    assert pipeline.migrate(new, Settings(map=MAP))[1] == new
    return new[path].decode()


@pytest.mark.parametrize("code", [PROXY, HOOKS, LINE])
def test_an_id_of_a_script_moves_where_all_that_calls_its_functions_is_seen(code: str) -> None:
    assert written(code) == code.replace("gpt-4o", "gpt-5.5-instant")


@pytest.mark.parametrize("code", [PROXY, HOOKS])
def test_in_a_package_others_may_call_them(code: str) -> None:
    assert written(code, init="") == code


def test_a_function_of_a_script_that_something_unknown_is_handed_has_more_callers() -> None:
    code = PROXY.replace('print(ask("hi"))', "import host\n\nhost.publish(api.create)")
    assert written(code) == code


def test_what_a_library_calls_again_is_a_request() -> None:
    new = written(RETRIED)
    assert 'model="gpt-5.5-instant"' in new
    assert "max_completion_tokens=64" in new


def test_an_object_that_calls_nothing_sends_nothing() -> None:
    code = RETRIED.replace("again = Retrying(stop=stop_after_attempt(2))", "again = dict(list())")
    assert written(code) == code


def test_options_of_another_parser_do_not_fill_a_command_line() -> None:
    other = LINE.replace('"--max-output-tokens", type=int, default=64', '"--temperature", default=0.5')
    new = written(LINE, other=other.replace("gpt-4o", "gpt-4o-mini"))
    assert new == LINE.replace("gpt-4o", "gpt-5.5-instant")


def test_options_of_a_parser_that_another_takes_up_do() -> None:
    shared = LINE.replace(
        "parser = argparse.ArgumentParser()\n",
        "base = argparse.ArgumentParser(add_help=False)\n"
        'base.add_argument("--temperature", type=float, default=0.5)\n'
        "parser = argparse.ArgumentParser(parents=[base])\n",
    )
    assert written(shared) == shared
