"""Hard constraints: what a variant cannot do for a call, and why; each with a case where it can."""

from __future__ import annotations

from pathlib import Path

import pytest

from migrator.pipeline import migrate
from migrator.settings import Settings

HEAD = "import asyncio\nfrom openai import AsyncOpenAI, OpenAI\n\n"


def found(code, **settings):
    return migrate({"app.py": (HEAD + code).encode()}, Settings(**settings))[0]


def reasons(inventory, rule):
    told = [one.recommendation for one in inventory.references if one.recommendation]
    return [reason for one in told for reason in one.reasons if reason.rule == rule]


# -- endpoint --------------------------------------------------------------------------------------

COMPLETIONS = 'OpenAI().completions.create(model="gpt-4o", prompt="Say hello.", max_tokens=200)\n'
ASSISTANT = 'OpenAI().beta.assistants.create(name="helper", model="gpt-4o")\n'
CHAT = 'OpenAI().chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "hi"}])\n'
RESPONSES = 'OpenAI().responses.create(model="gpt-4o", input="hi")\n'
BATCH = 'LINE = {"url": "/v1/chat/completions", "body": {"model": "gpt-4o", "messages": []}}\n'


@pytest.mark.parametrize(
    ("code", "endpoint"),
    [(COMPLETIONS, "completions"), (ASSISTANT, "assistants")],
    ids=["legacy", "assistants"],
)
def test_an_endpoint_that_serves_no_target_is_said(code, endpoint):
    inventory = found(code)
    told = reasons(inventory, "constraint.endpoint")
    assert {reason.favours for reason in told} == {"flagship", "instant", "mini"}
    assert f"not served at {endpoint}, only at chat, responses, batch" in told[0].text
    assert "the call itself has to change" in told[0].text
    findings = [(f.severity, f.line) for f in inventory.findings if f.rule == "GPT55-G007"]
    held = [(r.reason, r.line) for r in inventory.references if r.action == "review"]
    assert findings == [("warning", 4)] or held == [("capability-lost", 4)]


@pytest.mark.parametrize("code", [CHAT, RESPONSES, BATCH], ids=["chat", "responses", "batch"])
def test_endpoints_that_serve_every_target(code):
    inventory = found(code)
    assert not reasons(inventory, "constraint.endpoint")
    assert "GPT55-G007" not in {one.rule for one in inventory.findings}


@pytest.fixture
def own(tmp_path):
    """A catalogue of the user's own, in which one target is served at one endpoint alone."""
    guide = (Path(__file__).parent.parent / "rules" / "catalogs" / "guide.toml").read_text()

    def write(target, endpoints):
        head, mark, rest = guide.partition(f'[[models]]\nid = "{target}"\n')
        rest = rest.replace('endpoints = ["chat", "responses", "batch"]', f"endpoints = {endpoints}", 1)
        path = tmp_path / "own.toml"
        path.write_text(head.replace('name = "guide"', 'name = "own"') + mark + rest)
        return str(path)

    return write


@pytest.mark.parametrize(
    ("code", "served", "open_to_it"),
    [
        (CHAT, '["responses", "batch"]', False),
        (CHAT, '["chat"]', True),
        (RESPONSES, '["chat", "batch"]', False),
        (BATCH, '["chat", "responses"]', False),
        (BATCH, '["chat", "batch"]', True),
    ],
    ids=["chat", "chat is enough", "responses", "batch", "chat in a batch"],
)
def test_a_target_that_is_not_served_there_is_out(own, code, served, open_to_it):
    catalog = own("gpt-5.5-instant", served)
    one = next(one for one in found(code, catalog=catalog).references if one.action == "rewrite")
    assert (one.variant == "gpt-5.5-instant") is open_to_it


# -- rate ------------------------------------------------------------------------------------------

ASK = """client = AsyncOpenAI()


async def ask(text, gate):
    return await client.responses.create(model="gpt-4o-mini", input=f"Is this spam? {text}", max_output_tokens=5)


"""
GATE = """gate = asyncio.Semaphore({size})


async def limited(text):
    async with gate:
        return await client.responses.create(model="gpt-4o-mini", input=f"Is this spam? {{text}}")


async def run(texts):
    return await asyncio.gather(*(limited(text) for text in texts))
"""
ATTRIBUTE = """class Labels:
    def __init__(self):
        self.client = AsyncOpenAI()
        self.gate = asyncio.BoundedSemaphore({size})

    async def label(self, text):
        async with self.gate:
            return await self.client.responses.create(model="gpt-4o-mini", input=f"Is this spam? {{text}}")
"""
POOL = """from concurrent.futures import ThreadPoolExecutor


def label(text):
    return OpenAI().responses.create(model="gpt-4o-mini", input=f"Is this spam? {{text}}")


def labels(rows):
    with ThreadPoolExecutor({size}) as pool:
        return list(pool.map(label, rows))
"""
HELPER = POOL.replace("def labels", "def one(row):\n    return label(row.text)\n\n\ndef labels").replace(
    "(label,", "(one,"
)
MAPPED = """from tqdm.contrib.concurrent import thread_map


def label(text):
    return OpenAI().responses.create(model="gpt-4o-mini", input=f"Is this spam? {{text}}")


def labels(rows):
    return thread_map(label, rows, max_workers={size})
"""
SHAPES = {
    "semaphore": "client = AsyncOpenAI()\n" + GATE,
    "semaphore of an object": ATTRIBUTE,
    "pool": POOL,
    "pool of a helper": HELPER,
    "thread_map": MAPPED,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_concurrency_above_the_rate_limit_excludes_a_variant(shape):
    inventory = found(SHAPES[shape].format(size=400))
    told = reasons(inventory, "constraint.rate")
    assert {reason.favours for reason in told} == {"flagship", "mini"}
    assert "400 at a time" in told[0].text
    assert inventory.references[0].variant == "gpt-5.5-instant"


@pytest.mark.parametrize("shape", SHAPES)
def test_concurrency_below_the_rate_limit_excludes_nothing(shape):
    inventory = found(SHAPES[shape].format(size=8))
    assert not reasons(inventory, "constraint.rate")
    assert inventory.references[0].variant == "gpt-5.5-mini"


def test_a_semaphore_inside_a_larger_pool_is_what_counts():
    code = (
        SHAPES["semaphore"].format(size=8)
    ) + "\n\nfrom multiprocessing.pool import ThreadPool\nThreadPool(5000)\n"
    assert not reasons(found(code), "constraint.rate")


# -- window ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("words", "out"), [(150_000, True), (20_000, False)], ids=["long", "short"])
def test_constant_text_longer_than_a_window(words, out):
    code = f'MANUAL = """{"word " * words}"""\n'
    code += "OpenAI().responses.create(model='gpt-4o-mini', input=MANUAL)\n"
    told = reasons(found(code), "constraint.window")
    assert bool(told) is out
    assert {reason.favours for reason in told} == ({"mini"} if out else set())


# -- turned off ------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["pool", "semaphore"])
def test_a_constraint_can_be_turned_off(shape):
    inventory = found(SHAPES[shape].format(size=400), weights={"constraint.rate": 0.0})
    assert not reasons(inventory, "constraint.rate")
    assert inventory.references[0].variant == "gpt-5.5-mini"


def test_a_hopeless_endpoint_can_be_turned_off():
    inventory = found(COMPLETIONS, weights={"constraint.endpoint": 0.0}, ignore=("GPT55-G007",))
    assert not reasons(inventory, "constraint.endpoint")
    assert "GPT55-G007" not in {one.rule for one in inventory.findings}


# -- pictures --------------------------------------------------------------------------------------

ASK = """
client = OpenAI()
MODEL = "gpt-4o-mini"

def ask(messages, retries=3):
    return client.chat.completions.create(model=MODEL, messages=messages)

"""
READ = """
def read(url):
    content = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": url}}]
    return ask([{"role": "user", "content": content}])
"""
METHOD = """
class Base:
    def __init__(self, model="gpt-4o-mini"):
        self.client, self.model = OpenAI(), model

    def _ask(self, messages):
        return self.client.chat.completions.create(model=self.model, messages=messages)

class Reader(Base):
    def read(self, url):
        return self._ask([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]}])
"""


BUILT = (
    ASK
    + READ.replace("read(url)", "built(url)").replace("return ask(", "return (")
    + """
def read(url):
    messages = [{"role": "system", "content": "Be brief."}]
    messages.extend(built(url))
    return ask(messages)
"""
)


@pytest.mark.parametrize(
    "code", [ASK + READ, METHOD, BUILT], ids=["function", "method of a base class", "put together elsewhere"]
)
def test_pictures_that_a_caller_hands_over_need_a_variant_that_takes_them(code):
    inventory = found(code)
    assert {one.variant for one in inventory.references} == {"gpt-5.5-instant"}
    (reason,) = reasons(inventory, "constraint.modality")
    assert reason.favours == "mini"


@pytest.mark.parametrize(
    "code",
    [
        ASK + READ.replace("ask([{", "upload([{"),
        ASK + READ.replace('ask([{"role": "user", "content": content}])', "upload(content), ask(url)[0]"),
        ASK + READ.replace("ask([{", "ask(retries=[{"),
    ],
    ids=["nobody hands them over", "beside a question in words", "as something else than the prompt"],
)
def test_pictures_that_go_elsewhere_exclude_nothing(code):
    inventory = found(code)
    assert not reasons(inventory, "constraint.modality")
    assert {one.variant for one in inventory.references} == {"gpt-5.5-mini"}


ARGS = """
class Args:
    def __init__(self, model_name, vision_support=False):
        self.model_name, self.vision_support = model_name, vision_support

    def ask(self, messages):
        return OpenAI().chat.completions.create(model=self.model_name, messages=messages)

ONE = Args(model_name="gpt-4o-mini", vision_support={})
"""


@pytest.mark.parametrize(("flag", "variant"), [("True", "gpt-5.5-instant"), ("False", "gpt-5.5-mini")])
def test_a_flag_beside_the_model_says_whether_it_is_sent_pictures(flag, variant):
    inventory = found(ARGS.format(flag))
    assert [one.variant for one in inventory.references] == [variant]
    assert bool(reasons(inventory, "constraint.modality")) is (flag == "True")


FINE = READ.replace('{"url": url}', '{"url": url, "detail": DETAIL}')


@pytest.mark.parametrize(
    ("detail", "variant"),
    [
        ('"high"', "gpt-5.5"),
        ('"original"', "gpt-5.5"),
        ('"low"', "gpt-5.5-instant"),
        ('"auto"', "gpt-5.5-instant"),
        ("choose()", "gpt-5.5"),
        ("os.environ['DETAIL']", "gpt-5.5"),
        ("SHARP", "gpt-5.5"),
    ],
)
def test_pictures_that_are_read_finely_need_a_variant_that_does(detail, variant):
    inventory = found("import os\n\nSHARP = 'high'\n" + ASK + FINE.replace("DETAIL", detail, 1))
    assert {one.variant for one in inventory.references} == {variant}
    assert bool(reasons(inventory, "constraint.fidelity")) is (variant == "gpt-5.5")


def test_a_detail_that_callers_outside_choose_is_theirs():
    code = FINE.replace("DETAIL", "detail").replace("read(url)", 'read(url, detail="auto")')
    assert {one.variant for one in found(ASK + code).references} == {"gpt-5.5-instant"}


def test_a_detail_of_something_else_excludes_nothing():
    code = READ.replace("return ask(", 'log({"detail": "high"})\n    return ask(')
    assert {one.variant for one in found(ASK + code).references} == {"gpt-5.5-instant"}


def test_a_variant_that_was_asked_for_is_not_written_where_pictures_are_read_finely():
    code = ASK + FINE.replace("DETAIL", '"high"')
    inventory = found(code, map={"gpt-4o-mini": "instant"})
    assert not inventory.edits


SHARED = """
import os


class Config:
    def __init__(self, model="gpt-4o", limit=100):
        self.model, self.limit = model, limit


class Agent:
    def __init__(self, config):
        self.config = config

    def ask(self, content):
        messages = [{"role": "user", "content": content}]
        return OpenAI().chat.completions.create(model=self.config.model, messages=messages)

    def look(self, url):
        return self.ask([{"type": "image_url", "image_url": {"url": url, "detail": "high"}}])


Agent(Config()).look("https://example.org/a.png")
Agent(Config(os.environ.get("AGENT_MODEL", "gpt-4o"))).look("https://example.org/b.png")
"""


def test_what_a_shared_call_is_sent_by_a_model_counts_for_it():
    assert {one.variant for one in found(SHARED).references} == {"gpt-5.5"}
    assert "gpt-5.5-instant" in {one.variant for one in found(SHARED.replace('"high"', '"low"')).references}


COMMAND = """
import click


@click.group()
@click.option("--model", default="gpt-4o")
@click.pass_context
def main(ctx, model):
    ctx.obj["agent"] = Agent(Config(model))


@main.command()
@click.argument("url")
@click.pass_context
def look(ctx, url):
    ctx.obj["agent"].look(url)
"""


def test_a_model_that_is_kept_where_nobody_sees_it_may_come_out_at_a_call():
    agent = SHARED.partition("\\nAgent(")[0]
    assert not found(agent + COMMAND, map={"gpt-4o": "instant"}).edits
    plain = agent.replace(', "detail": "high"', "")
    assert found(plain + COMMAND, map={"gpt-4o": "instant"}).edits
