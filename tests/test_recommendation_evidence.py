"""What counts as evidence, how near it is, and that the answer does not depend on the order of anything."""

from __future__ import annotations

import datetime
import itertools

import pytest

from migrator.decide.catalogue import Catalogue
from migrator.decide.engine import Engine
from migrator.pipeline import migrate, review
from migrator.read.ids import IdPattern
from migrator.read.parsing import read
from migrator.rulebook.rulefiles import load_rulebook
from migrator.settings import Settings

IMPORT = "from openai import OpenAI\n\nclient = OpenAI()\n\n\n"


def recommended(code, **files):
    given = {
        "app.py": code.encode(),
        **{name.replace("__", "/") + ".py": text.encode() for name, text in files.items()},
    }
    inventory, _ = migrate(given, Settings())
    found = [one for one in inventory.references if one.action == "rewrite"]
    return found[0].recommendation


def rules(recommendation):
    return {reason.rule for reason in recommendation.reasons}


CALL = 'def work(text):\n    return client.chat.completions.create(model="gpt-4o", messages={messages})\n'


@pytest.mark.parametrize(
    "code",
    [
        CALL.format(messages='[{"role": "user", "content": "Classify the ticket. One word."}]'),
        'PROMPT = "Classify the ticket. One word."\n'
        + CALL.format(messages='[{"role": "user", "content": PROMPT}]'),
        CALL.format(messages='[{"role": "user", "content": f"Classify the ticket {text}. One word."}]'),
        CALL.format(messages='[{"role": "user", "content": "Classify {}. One word.".format(text)}]'),
        'P = "Classify it. "\n' + CALL.format(messages='[{"role": "developer", "content": P + "One word."}]'),
        "def prompt(text):\n    return f'Classify {text}. One word.'\n\n\n"
        + CALL.format(messages='[{"role": "user", "content": prompt(text)}]'),
        CALL.format(messages="text")
        + "\n\ndef run(t):\n    return work([{'role': 'user', 'content': 'Classify it. One word.'}])\n",
    ],
    ids=["inline", "constant", "f-string", "format", "sum", "function", "caller"],
)
def test_prompts_are_found_wherever_they_are_written(code):
    found = recommended(IMPORT + code)
    assert "intent.prompt" in rules(found)
    assert found.variant == "gpt-5.5-mini"


def test_a_prompt_in_another_module():
    code = (
        "from prompts import LABEL\n" + IMPORT + CALL.format(messages='[{"role": "user", "content": LABEL}]')
    )
    assert "intent.prompt" in rules(recommended(code, prompts='LABEL = "Classify the ticket. One word."\n'))


def test_the_comment_beside_the_id_counts():
    code = IMPORT + CALL.format(messages="text").replace(
        "return", "# a cheap model keeps the cost low\n    return"
    )
    assert "small-tier.text" in rules(recommended(code))


def test_the_models_own_name_outranks_what_surrounds_it():
    code = 'class Planner:\n    """Orchestrates research agents."""\n\n    def __init__(self, summary_model="gpt-4o"):\n'
    found = recommended(code + "        self.summary_model = summary_model\n")
    assert found.variant == "gpt-5.5-mini"


def test_the_name_of_an_answer_is_not_the_name_of_the_model():
    code = IMPORT + "summary = client.responses.create(model='gpt-4o', input='hello there')\n"
    assert "batch-summary.slot" not in rules(recommended(code))
    code = "from langchain_openai import ChatOpenAI\n\nsummarizer = ChatOpenAI(model='gpt-4o')\n"
    assert "batch-summary.slot" in rules(recommended(code))


def test_log_messages_and_errors_are_no_prompts():
    code = CALL.format(messages="text").replace(
        "    return", "    print('Classify the ticket in one word, positive or negative.')\n    return"
    )
    assert rules(recommended(IMPORT + code)) == {"prior.gpt-4o", "use.unknown"}


def test_a_use_that_is_not_shown_is_said():
    found = recommended(IMPORT + CALL.format(messages="text"))
    assert "use.unknown" in rules(found)
    assert found.variant == "gpt-5.5-instant"
    assert found.confidence < 0.7


@pytest.mark.parametrize(
    ("model", "variant"), [("gpt-4o-mini", "mini"), ("gpt-5", ""), ("gpt-5-nano", "mini")]
)
def test_the_old_model_decides_where_the_code_does_not(model, variant):
    found = recommended(IMPORT + CALL.format(messages="text").replace("gpt-4o", model))
    assert found.variant == "gpt-5.5" + (f"-{variant}" if variant else "")


def test_no_compromise_that_neither_the_use_nor_the_old_model_asks_for():
    code = IMPORT + CALL.format(messages='[{"role": "user", "content": "Classify it."}]').replace(
        "gpt-4o", "gpt-5"
    )
    assert recommended(code).variant != "gpt-5.5-instant"


def test_pictures_exclude_the_text_only_variant():
    content = '[{"role": "user", "content": [{"type": "image_url", "image_url": {"url": text}}]}]'
    found = recommended(IMPORT + CALL.format(messages=content).replace("gpt-4o", "gpt-4o-mini"))
    assert found.variant == "gpt-5.5-instant"
    assert "constraint.modality" in rules(found)


def test_pictures_that_nobody_names():
    code = "from browser_use import Agent\nfrom langchain_openai import ChatOpenAI\n\n"
    code += "agent = Agent(task='Take a screenshot of the page', llm=ChatOpenAI(model='gpt-4o-mini'))\n"
    assert recommended(code).variant != "gpt-5.5-mini"


def test_text_longer_than_a_window():
    code = IMPORT + "BOOK = '''" + "word " * 150_000 + "'''\n\n\n"
    code += 'def label(text):\n    return client.responses.create(model="gpt-4o-mini", input=BOOK)\n'
    found = recommended(code)
    assert "constraint.window" in rules(found)
    assert found.variant != "gpt-5.5-mini"


WRAPPER = """from openai import OpenAI


class Llm:
    def __init__(self, model):
        self.model = model

    def ask(self, text):
        return OpenAI().responses.create(model=self.model, input=text)
"""
USERS = {
    "titles": 'from wrapper import Llm\n\n\ndef title(t):\n    return Llm("gpt-4o").ask(f"Write a short title for {t}")\n',
    "law": "from wrapper import Llm\n\n\ndef review_contract(t):\n"
    '    return Llm("gpt-4o").ask(f"You are a lawyer. Find the liability clause in {t}")\n',
    "chat": 'from wrapper import Llm\n\n\ndef chat_reply(t):\n    return Llm("gpt-4o").ask("You are a friendly assistant. " + t)\n',
}


def test_a_shared_wrapper_does_not_mix_its_users():
    files = {f"{name}.py": text.encode() for name, text in {**USERS, "wrapper": WRAPPER}.items()}
    inventory, _ = migrate(files, Settings())
    assert {one.path: one.variant for one in inventory.references} == {
        "chat.py": "gpt-5.5-instant",
        "law.py": "gpt-5.5",
        "titles.py": "gpt-5.5-mini",
    }


def test_the_order_of_files_does_not_matter():
    files = {f"{name}.py": text.encode() for name, text in {**USERS, "wrapper": WRAPPER}.items()}
    answers = [migrate(dict(order), Settings())[0] for order in itertools.permutations(files.items())]
    assert all(answer == answers[0] for answer in answers)


def test_the_number_of_processes_does_not_matter(tmp_path):
    for name, text in {**USERS, "wrapper": WRAPPER}.items():
        for copy in range(8):
            (tmp_path / f"p{copy}").mkdir(exist_ok=True)
            (tmp_path / f"p{copy}" / f"{name}.py").write_text(text)
    one, two = (review([tmp_path], Settings(jobs=jobs), root=tmp_path) for jobs in (1, 2))
    assert one == two


RETRIED = """from openai import OpenAI, RateLimitError
import tenacity

client = OpenAI()


{decorator}
def work(text):
{body}
"""
ASK = 'client.responses.create(model="gpt-4o", input=text)'


@pytest.mark.parametrize(
    ("decorator", "body"),
    [
        ("@tenacity.retry(stop=tenacity.stop_after_attempt(3))", f"    return {ASK}"),
        ("@backoff.on_exception(backoff.expo, OSError)", f"    return {ASK}"),
        ("@retry_with_exponential_backoff", f"    return {ASK}"),
        (
            "",
            f"    for attempt in range(3):\n        try:\n            return {ASK}\n        except OSError: pass",
        ),
        ("", f"    for attempt in tenacity.Retrying():\n        with attempt:\n            return {ASK}"),
        (
            "",
            f"    tries = 0\n    while tries < 3:\n        try:\n            return {ASK}\n"
            "        except OSError: tries += 1",
        ),
    ],
    ids=["tenacity", "backoff", "own decorator", "for", "retrying", "while"],
)
def test_retries_are_seen_and_are_no_loop_over_records(decorator, body):
    found = shapes(RETRIED.format(decorator=decorator, body=body))
    assert "retries" in found
    assert "loop" not in found


@pytest.mark.parametrize(
    "body",
    [
        f"    for row in text:\n        {ASK}",
        f"    while text:\n        {ASK}",
        f"    return {ASK}",
    ],
    ids=["records", "while there is more", "once"],
)
def test_what_is_no_retry(body):
    assert "retries" not in shapes(RETRIED.format(decorator="", body=body))


@pytest.mark.parametrize(
    ("body", "loop"),
    [
        (f"    for chunk in {ASK}:\n        print(chunk)", False),
        (f"    return [chunk for chunk in {ASK}]", False),
        (f"    return [chunk for row in text for chunk in {ASK}]", True),
        (f"    return [{ASK} for row in text]", True),
        (f"    for row in text:\n        for chunk in {ASK}:\n            print(chunk)", True),
    ],
    ids=["stream", "stream in a list", "stream of each record", "each record", "stream inside a loop"],
)
def test_a_stream_that_is_read_is_no_loop_over_records(body, loop):
    assert ("loop" in shapes(RETRIED.format(decorator="", body=body))) is loop


def test_a_handled_rate_limit_speaks_for_many_requests():
    body = f"    try:\n        return {ASK}\n    except RateLimitError:\n        return None"
    assert "rate-limited" in shapes(RETRIED.format(decorator="", body=body))
    assert "rate-limited" not in shapes(RETRIED.format(decorator="", body=f"    return {ASK}"))


def test_retries_alone_move_nothing():
    code = RETRIED.format(decorator="@tenacity.retry", body=f"    return {ASK}")
    assert rules(recommended(code)) == {"prior.gpt-4o", "use.unknown"}


def shapes(code):
    """The forms of the code around the only request."""
    settings, rulebook = Settings(), load_rulebook()
    pattern = IdPattern.of(Catalogue(rulebook.catalog).families)
    engine = Engine([read("app.py", code.encode(), pattern)], settings, rulebook, datetime.date(2026, 1, 1))
    site = next(site for site in engine.sites.recognised() if site.texts)
    return {piece.text for piece in engine.surroundings.neighbours.forms(site.call)}


@pytest.mark.parametrize(
    ("argument", "messages"),
    [('"gpt-4o"', []), ('"Tell gpt-4o from gpt-5 by its tone."', ["Tell gpt-4o from gpt-5 by its tone."])],
    ids=["a model", "a prompt that names models"],
)
def test_a_model_that_is_handed_over_first_is_no_prompt(argument, messages):
    code = f'def ask(text, model="gpt-4o"):\n    return None\n\n\nask({argument}, model="gpt-4o")\n'
    inventory, _ = migrate({"app.py": code.encode()}, Settings())
    site = next(one for one in inventory.call_sites if one.line == 5)
    assert [message.text for message in site.prompt.messages] == messages


@pytest.mark.parametrize(("remark", "is_small"), [("isn't good enough", False), ("is good enough", True)])
def test_a_remark_that_turns_a_small_model_down_is_evidence_against_it(remark: str, is_small: bool) -> None:
    code = f"""
from openai import OpenAI


def classify_ticket(answer):
    asked = "Classify this ticket as bug, question or spam: " + answer
    messages = [{{"role": "user", "content": asked}}]
    label = OpenAI().chat.completions.create(
        model="gpt-4o",  # 4o-mini {remark}
        messages=messages,
    )
    return label
"""
    _, written = migrate({"app.py": code.encode()}, Settings())
    assert (b'"gpt-5.5-mini"' in written["app.py"]) is is_small
