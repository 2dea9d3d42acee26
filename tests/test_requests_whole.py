"""Requests that come to a call as a whole, senders that nobody sees, and look-ups that seemed to miss before."""

from __future__ import annotations

from migrator import pipeline
from migrator.settings import Settings
from tests.decided import MAP

HEAD = "import strange\nfrom openai import OpenAI\nclient = OpenAI()\n"
KEPT = "strange.kept({})"
WHOLE = """
BODY = {{"model": "gpt-4o", {given}}}
def ask(text):
    return client.chat.completions.create(messages=[{{"role": "user", "content": text}}], **{body})
ask("Classify the ticket")
"""


def after(*parts: str) -> str:
    source = HEAD + "".join(parts)
    settings = Settings(map=MAP, unproven=True)
    written = pipeline.migrate({"app.py": source.encode()}, settings)[1]
    assert pipeline.migrate(written, settings)[1] == written
    return written["app.py"].decode()


def test_a_request_that_comes_whole_to_where_nobody_follows_it_waits() -> None:
    code = WHOLE.format(given='"max_tokens": 20', body=KEPT.format("BODY"))
    assert after(code) == HEAD + code


def test_a_request_that_comes_whole_and_is_taken_as_it_is_moves() -> None:
    code = WHOLE.format(given='"max_completion_tokens": 20', body=KEPT.format("BODY"))
    assert after(code) == HEAD + code.replace("gpt-4o", "gpt-5.5-instant")


def test_an_id_of_options_that_do_not_tell_the_others_waits() -> None:
    code = WHOLE.format(given='"name": {"top_p": 0.9}', body=KEPT.format("[BODY, OTHER]") + "[0]")
    assert (
        after("OTHER = {'top_p': 0.9}\n", code.replace(', "name": {"top_p": 0.9}', "")).count("gpt-4o") == 1
    )


def test_a_request_that_comes_whole_is_migrated_where_it_stands() -> None:
    code = after(WHOLE.format(given='"max_tokens": 20', body="BODY"))
    assert '{"model": "gpt-5.5-instant", "max_completion_tokens": 20}' in code


def test_an_id_beside_a_call_that_names_its_own_model_moves() -> None:
    code = after(
        "OTHER = {'user': 'me'}\n",
        "client.chat.completions.create(model='gpt-4.1', messages=[], **" + KEPT.format("OTHER") + ")\n",
        "MODEL = 'gpt-4o'\n",
    )
    assert "MODEL = 'gpt-5.5-instant'" in code


SENDER = """
send = {sender}
def ask(text):
    return send(model="gpt-4o", messages=[{{"role": "user", "content": text}}], max_tokens=20)
"""
KEEPING = """
class Meta(type):
    def __getitem__(cls, key):
        return cls.made[key]
class Senders(metaclass=Meta):
    made = {}
setattr(Senders, "ma" + "de", {"first": client.chat.completions.create})
"""


def test_what_is_called_and_may_send_is_not_given_what_it_refuses() -> None:
    code = KEEPING + SENDER.format(sender="(lambda: (yield Senders['first']))().send(None)")
    migrated = after(code)
    assert '"gpt-4o"' in migrated or "max_completion_tokens=20" in migrated


def test_what_is_called_and_is_the_program_s_own_is_given_the_new_id() -> None:
    code = (
        "def own(model, messages, max_tokens):\n    return client.responses.create(model=model, input=messages)\n"
        + SENDER.format(sender="own")
    )
    assert '"gpt-5.5-instant"' in after(code)


PROFILES = """
PROFILES = {"base": {"max_tokens": 120, "temperature": 0.2}, "fast": {"extends": "base", "user": "me"}}
def profile(name):
    own = dict(PROFILES[name])
    parent = own.pop("extends", None)
    if parent:
        return {**profile(parent), **own}
    return own
"""
PROFILED = """
client.chat.completions.create(model="gpt-4o", messages=[], {given})
"""


def test_a_look_up_that_no_edit_is_about_stays_as_it_is() -> None:
    given = 'max_tokens=profile("fast")["max_tokens"], temperature=profile("fast")["temperature"]'
    code = after(PROFILES, PROFILED.format(given=given))
    assert 'max_completion_tokens=profile("fast")["max_tokens"]' in code
    assert '"gpt-5.5-instant"' in code


def test_a_look_up_of_what_an_edit_takes_out_is_mended_or_waits() -> None:
    code = 'OPTIONS = {"max_tokens": 20}\nprint(OPTIONS["max_tokens"])\n' + PROFILED.format(given="**OPTIONS")
    migrated = after(code)
    renamed = migrated.count('"max_completion_tokens"')
    assert (renamed, '"gpt-4o"' in migrated) in ((2, False), (0, True))


POOLED = """
from multiprocessing.pool import ThreadPool
def same(first, second=1):
    return first
with ThreadPool(1) as pool:
    chosen_pool = pool.apply(same, ("gpt-4o",), {"second": 2})
client.chat.completions.create(model=chosen_pool, messages=[])
"""
OFFERED = """
model_pool = ("gpt-4o",)
def ask(model):
    if model not in model_pool:
        raise ValueError(model)
    return client.chat.completions.create(model=model, messages=[])
"""


def test_the_arguments_of_a_call_are_no_list_of_choices() -> None:
    assert '("gpt-5.5-instant",), {"second": 2}' in after(POOLED)


def test_a_list_of_choices_gains_the_new_id() -> None:
    assert 'model_pool = ("gpt-4o", "gpt-5.5-instant")' in after(OFFERED, 'ask("gpt-4o")\n')


TWO = """
import litellm
import tenacity
from typing import Annotated, get_type_hints
class Named:
    model: Annotated[object, "gpt-4o"] = None
def same(model):
    return model
found = get_type_hints(Named, include_extras=True)["model"].__metadata__[0]
client.responses.create(model={chosen}, input="Classify the ticket")
def ask(model):
    return litellm.completion(model=model, messages=[])
ask(input())
"""


def test_an_id_that_may_come_to_a_call_that_takes_it_bare_gets_no_prefix() -> None:
    assert "openai/" not in after(TWO.format(chosen="tenacity.Retrying()(same, model=found)"))


def test_an_id_that_comes_to_a_call_that_takes_it_behind_a_prefix_alone_gets_one() -> None:
    assert '"openai/gpt-5.5-instant"' in after(TWO.format(chosen="'gpt-4.1'"))


STATES = """
class Machine:
    def __init__(self):
        self.state = "idle"
        self.kept = None
    def idle(self, given):
        self.kept = given
        self.state = "done"
    def done(self, given):
        return self.kept
    def step(self, given=None):
        return getattr(self, self.state)(given)
machine = Machine()
machine.step({"max_tokens": 20})
client.chat.completions.create(model="gpt-4o", messages=[], **machine.step())
"""


def test_options_that_a_method_keeps_whose_name_is_computed_are_seen() -> None:
    migrated = after(STATES)
    assert ('{"max_completion_tokens": 20}' in migrated) == ('"gpt-5.5-instant"' in migrated)


def test_options_that_a_computed_method_keeps_and_that_are_taken_move() -> None:
    assert '"gpt-5.5-instant"' in after(STATES.replace("max_tokens", "user"))


TYPED = """
class Keyed(type):
    def __getitem__(cls, key):
        return cls.table[key]
class Options(metaclass=Keyed):
    table = {"max_tokens": 120}
client.chat.completions.create(model="gpt-4o", messages=[], max_tokens=Options["max_tokens"])
"""


def test_a_class_that_finds_items_itself_is_no_mapping() -> None:
    assert 'max_completion_tokens=Options["max_tokens"]' in after(TYPED)
