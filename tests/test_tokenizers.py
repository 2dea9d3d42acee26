"""Look-ups of a tokenizer: none may raise for an id that an older tiktoken does not know."""

from __future__ import annotations

import pytest
from limit_support import after, migrated, run

HEAD = """\
from openai import OpenAI
import tiktoken

client = OpenAI()
MODEL = "gpt-4o"


def ask(text):
    return client.responses.create(model=MODEL, input=text)


"""
MOVED = HEAD.replace("gpt-4o", "gpt-5.5")


@pytest.mark.parametrize(
    ("before", "new"),
    [
        (
            "enc = tiktoken.encoding_for_model(MODEL)  # words\n",
            'enc = tiktoken.get_encoding("o200k_base")  # words\n',
        ),
        (
            "name = tiktoken.encoding_name_for_model(MODEL)\nenc = tiktoken.get_encoding(name)\n",
            'name = "o200k_base"\nenc = tiktoken.get_encoding(name)\n',
        ),
        (
            "size = len(tiktoken.encoding_for_model(MODEL).encode('a b'))\n",
            "size = len(tiktoken.get_encoding(\"o200k_base\").encode('a b'))\n",
        ),
        (
            "enc = tiktoken.encoding_for_model(model_name=MODEL)\n",
            'enc = tiktoken.get_encoding("o200k_base")\n',
        ),
    ],
)
def test_only_a_rewritten_id_arrives(before: str, new: str) -> None:
    assert after(HEAD + before) == MOVED + new
    run(MOVED + new)


def test_a_naive_rewrite_raises() -> None:
    with pytest.raises(KeyError):
        run(MOVED + "enc = tiktoken.encoding_for_model(MODEL)\n")


@pytest.mark.parametrize(
    "body",
    [
        "    return tiktoken.encoding_for_model(model)\n",
        "    encoding = tiktoken.encoding_for_model(model)\n    return encoding\n",
        "    words = len(tiktoken.encoding_for_model(model).encode('a b'))\n    return words\n",
    ],
)
def test_other_ids_arrive_too(body: str) -> None:
    before = HEAD + f"def encoding(model=MODEL):\n{body}\n\nfirst = encoding()\nsecond = encoding('gpt-4')\n"
    new = after(before)
    assert "tiktoken.encoding_for_model(model)" in new
    names = run(new)
    assert names["first"]
    assert names["second"]


def test_an_imported_look_up() -> None:
    before = HEAD.replace("import tiktoken\n", "from tiktoken import encoding_for_model\n")
    new = after(before + "enc = encoding_for_model(MODEL)\n")
    assert 'enc = get_encoding("o200k_base")' in new
    run(new)


APP = """\
from openai import OpenAI

from conf import MODEL


def ask(text):
    return OpenAI().responses.create(model=MODEL, input=text)
"""
LOOK_UP = "enc = encoding_for_model(MODEL)\n"


def tokens_after(text: str, **others: str) -> str:
    """What becomes of a module of look-ups beside a program."""
    files = {"conf.py": 'MODEL = "gpt-4o"\n', "app.py": APP, "tokens.py": text}
    files |= {f"{name}.py": other for name, other in others.items()}
    return migrated(files)[1]["tokens.py"]


@pytest.mark.parametrize(
    ("before", "new"),
    [
        pytest.param(
            "from tiktoken import encoding_for_model\nfrom conf import MODEL\n\n" + LOOK_UP,
            'from tiktoken import get_encoding\n\nenc = get_encoding("o200k_base")\n',
            id="both",
        ),
        pytest.param(
            "from tiktoken import Encoding, encoding_for_model\nfrom conf import MODEL\n\n"
            + LOOK_UP
            + "print(Encoding)\n",
            'from tiktoken import Encoding, get_encoding\n\nenc = get_encoding("o200k_base")\n'
            "print(Encoding)\n",
            id="one of two names",
        ),
        pytest.param(
            "import conf\nimport tiktoken\n\nname = tiktoken.encoding_name_for_model(conf.MODEL)\n",
            '\nname = "o200k_base"\n',
            id="modules",
        ),
    ],
)
def test_an_import_without_uses_goes(before: str, new: str) -> None:
    assert tokens_after(before) == new


@pytest.mark.parametrize(
    ("before", "others"),
    [
        pytest.param("from conf import MODEL\n{}print(MODEL)\n", {}, id="used elsewhere"),
        pytest.param('from conf import MODEL\n__all__ = ["MODEL", "enc"]\n{}', {}, id="public"),
        pytest.param("from conf import MODEL as MODEL\n{}", {}, id="said to be public"),
        pytest.param(
            "from conf import MODEL\n{}", {"other": "from tokens import MODEL\n"}, id="taken from here"
        ),
        pytest.param(
            "from conf import MODEL\n{}", {"other": "from tokens import *\nprint(MODEL)\n"}, id="starred"
        ),
        pytest.param(
            "from conf import MODEL\n{}",
            {"other": "import tokens\n\nprint(tokens.MODEL)\n"},
            id="by the module",
        ),
        pytest.param("from conf import MODEL  # noqa: F401\n{}", {}, id="with a comment"),
        pytest.param(
            "try:\n    from conf import MODEL\nexcept ImportError:\n    MODEL = 'gpt-4'\n{}", {}, id="tried"
        ),
    ],
)
def test_an_import_with_uses_stays(before: str, others: dict[str, str]) -> None:
    statement = next(line for line in before.splitlines() if "import MODEL" in line)
    new = tokens_after(
        before.format("import tiktoken\n\nenc = tiktoken.encoding_for_model(MODEL)\n"), **others
    )
    assert "get_encoding" in new
    assert statement in new.splitlines()


def test_across_files() -> None:
    files = {
        "conf.py": 'MODEL = "gpt-4o"\n',
        "app.py": HEAD.replace('MODEL = "gpt-4o"', "from conf import MODEL"),
        "tokens.py": "import tiktoken as tk\n\nimport conf\n\nENC = tk.encoding_for_model(conf.MODEL)\n",
    }
    new = migrated(files)[1]
    assert new["tokens.py"].endswith('ENC = tk.get_encoding("o200k_base")\n')


def test_a_splitter_names_the_encoding() -> None:
    before = HEAD + (
        "from langchain_text_splitters import TokenTextSplitter\n\n"
        "splitter = TokenTextSplitter.from_tiktoken_encoder(model_name=MODEL, chunk_size=800)\n"
    )
    assert 'from_tiktoken_encoder(encoding_name="o200k_base", chunk_size=800)' in after(before)


def test_the_look_up_moves_with_the_id() -> None:
    inventory, _ = migrated(HEAD + "enc = tiktoken.encoding_for_model(MODEL)\n")
    (look_up,) = [edit for edit in inventory.edits if edit.rule == "GPT55-L010"]
    (model,) = [edit for edit in inventory.edits if edit.rule == "GPT55-M001"]
    assert look_up.group == model.group


LEFT = {
    "a literal that does not need to move": 'enc = tiktoken.encoding_for_model("gpt-4o")\n',
    "a named encoding": 'enc = tiktoken.get_encoding("o200k_base")\n',
    "a fallback that is there already": (
        "def encoding(model=MODEL):\n    try:\n        return tiktoken.encoding_for_model(model)\n"
        '    except KeyError:\n        return tiktoken.encoding_for_model("gpt-4o")\n'
    ),
    "a fallback for every error": (
        "try:\n    enc = tiktoken.encoding_for_model(MODEL)\nexcept Exception:\n"
        '    enc = tiktoken.get_encoding("o200k_base")\n'
    ),
    "a bare except": "try:\n    enc = tiktoken.encoding_for_model(MODEL)\nexcept:\n    enc = None\n",
    "an error that is suppressed": (
        "import contextlib\n\nwith contextlib.suppress(KeyError):\n"
        "    enc = tiktoken.encoding_for_model(MODEL)\n"
    ),
    "inside the handler": (
        "try:\n    import fast_tokens\nexcept ImportError:\n    enc = tiktoken.encoding_for_model(MODEL)\n"
    ),
    "another model's tokenizer": 'OTHER = "gpt-4"\nenc = tiktoken.encoding_for_model(OTHER)\n',
    "a function of the project's own": (
        "def encoding_for(model):\n    return len(model)\n\n\nenc = encoding_for(MODEL)\n"
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_a_look_up_is_left(name: str) -> None:
    assert after(HEAD + LEFT[name]) == MOVED + LEFT[name]


def test_an_id_that_would_lose_its_look_up_waits() -> None:
    """In the other branch the new id's tokens are counted by another encoding than its own."""
    before = HEAD + (
        "def encoding(model=MODEL):\n"
        '    if "gpt-4" in model or model.startswith("gpt-3.5"):\n'
        "        return tiktoken.encoding_for_model(model)\n"
        '    return tiktoken.get_encoding("cl100k_base")\n'
    )
    assert after(before) == before


def test_a_look_up_of_an_id_that_stays_is_left() -> None:
    before = HEAD.replace('MODEL = "gpt-4o"', 'MODEL = "gpt-4o"  # gpt55: ignore')
    assert after(before + "enc = tiktoken.encoding_for_model(MODEL)\n") == before + (
        "enc = tiktoken.encoding_for_model(MODEL)\n"
    )


def test_nothing_is_needed_where_only_newer_releases_are_allowed() -> None:
    files = {
        "app.py": HEAD + "enc = tiktoken.encoding_for_model(MODEL)\n",
        "requirements.txt": "tiktoken>=0.14\n",
    }
    assert "encoding_for_model(MODEL)" in migrated(files)[1]["app.py"]
    files["requirements.txt"] = "tiktoken>=0.7\n"
    assert "encoding_for_model(MODEL)" not in migrated(files)[1]["app.py"]


def test_a_look_up_by_what_a_function_puts_into_a_global_holds_the_id() -> None:
    files = {
        "counting.py": "import tiktoken\nNAME = None\n\ndef use(name):\n    global NAME\n    NAME = name\n\n"
        "def count(text):\n    return len(tiktoken.encoding_for_model(NAME).encode(text))\n",
        "app.py": "from openai import OpenAI\nfrom counting import count, use\n\ndef run(settings):\n"
        "    name = settings.get('model', 'gpt-4o')\n    use(name)\n    count('hello')\n"
        "    return OpenAI().responses.create(model=name, input='hello')\n",
    }
    assert migrated(files)[1] == files


def test_a_look_up_by_an_unknown_model_holds_an_id_that_gets_to_no_request() -> None:
    files = {
        "counting.py": "import tiktoken\nimport shelve\n\ndef count(text):\n"
        "    name = shelve.open('settings')['model']\n"
        "    return len(tiktoken.encoding_for_model(name).encode(text))\n",
        "settings.py": "class Settings:\n    def __init__(self, model='gpt-4o'):\n        self.model = model\n",
    }
    assert migrated(files, unproven=True)[1] == files
    files["counting.py"] = files["counting.py"].replace(
        "encoding_for_model(name)", "get_encoding('o200k_base')"
    )
    assert "gpt-5.5" in migrated(files, unproven=True)[1]["settings.py"]
