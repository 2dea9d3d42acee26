"""Which file an import means, shown by whether the call is found that an id reaches through it."""

import pytest

from migrator import pipeline
from migrator.settings import Settings

CALL = """
from openai import OpenAI
from {module} import NAME

OpenAI().chat.completions.create(model=NAME, messages=[])
"""
NAME = 'NAME = "gpt-4o"\n'


def reached(caller: str, module: str, *files: str) -> bool:
    """Whether the id in the last of `files` reaches the call in `caller`."""
    *packages, home = files
    contents = dict.fromkeys(packages, b"")
    contents |= {home: NAME.encode(), caller: CALL.format(module=module).encode()}
    inventory, _ = pipeline.migrate(contents, Settings())
    (reference,) = inventory.references
    return bool(reference.call_sites)


@pytest.mark.parametrize(
    ("caller", "module", "files"),
    [
        pytest.param("a/app.py", "a.names", ["a/__init__.py", "a/names.py"], id="in its package"),
        pytest.param(
            "app.py", "a.names", ["src/a/__init__.py", "src/a/names.py"], id="below a source folder"
        ),
        pytest.param("tools/app.py", "names", ["tools/names.py"], id="beside a script"),
        pytest.param(
            "tools/app.py", "logging", ["tools/logging.py"], id="beside a script, before the library"
        ),
        pytest.param("a/app.py", "a.b.names", ["a/__init__.py", "a/b/names.py"], id="package without a file"),
        pytest.param("a/app.py", ".", ["a/__init__.py"], id="the package itself"),
    ],
)
def test_an_import_reaches_the_file_that_python_would_load(caller, module, files):
    assert reached(caller, module, *files)


@pytest.mark.parametrize(
    ("caller", "module", "files"),
    [
        pytest.param("a/app.py", "types", ["a/__init__.py", "a/types.py"], id="the standard library's own"),
        pytest.param("b/app.py", "logging", ["tools/logging.py"], id="a script elsewhere"),
        pytest.param(
            "b/app.py", "names", ["a/__init__.py", "a/jobs/names.py"], id="a folder inside a package"
        ),
        pytest.param("a/app.py", ".", ["a/__init__.py", "a.py"], id="a module beside the package"),
    ],
)
def test_an_import_does_not_reach_a_file_of_that_name_elsewhere(caller, module, files):
    assert not reached(caller, module, *files)


@pytest.mark.parametrize(
    ("module", "home"),
    [
        pytest.param("names", "names/__init__.py", id="another package"),
        pytest.param("größe", "größe/__init__.py", id="a name beyond ASCII"),
        pytest.param("..", "__init__.py", id="the root itself"),
    ],
)
def test_packages_are_read_together_where_one_imports_the_other(tmp_path, module, home):
    contents = {"b/__init__.py": "", "b/app.py": CALL.format(module=module), home: NAME}
    for path, text in contents.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    (reference,) = pipeline.review([tmp_path], Settings(jobs=1), root=tmp_path).references
    assert reference.call_sites


WRAPPER = """
from openai import OpenAI

class LLM:
    def __init__(self, model):
        self.client, self.model = OpenAI(), model

    def ask(self, text):
        return self.client.chat.completions.create(model=self.model, messages=text, temperature=0)
"""
AGENT = """
from app.llms import LLM

class Agent:
    def __init__(self, model):
        self.llm = LLM(model)
"""
APP = {
    "app/__init__.py": "",
    "app/llms/__init__.py": "from .wrapper import LLM",
    "app/llms/wrapper.py": WRAPPER,
}


def reviewed(tmp_path, files: dict[str, str]):
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    return pipeline.review([tmp_path], Settings(jobs=1), root=tmp_path)


@pytest.mark.parametrize(
    "main",
    [
        pytest.param('from app.llms import LLM\nLLM("gpt-4o")', id="behind a package that hands it on"),
        pytest.param('from app.agent import Agent\nAgent("gpt-4o")', id="two modules away"),
        pytest.param('from app import agent\nagent.Agent("gpt-4o")', id="by the module's name"),
        pytest.param(
            "from app.names import NAME\nfrom app.agent import Agent\nAgent(NAME)", id="by a constant"
        ),
    ],
)
def test_the_module_that_calls_is_read_though_it_names_no_model(tmp_path, main):
    files = {**APP, "app/agent.py": AGENT, "app/names.py": NAME, "main.py": main}
    edits = {(edit.path, edit.rule) for edit in reviewed(tmp_path, files).edits}
    assert ("app/llms/wrapper.py", "GPT55-P010") in edits


def test_a_package_s_own_module_may_have_the_name_of_the_library_that_it_calls(tmp_path):
    files = {"app/__init__.py": "", "app/openai.py": WRAPPER}
    files["app/agent.py"] = AGENT.replace("app.llms", "app.openai")
    files["main.py"] = 'from app.agent import Agent\nAgent("gpt-4o")'
    assert "app/openai.py" in {edit.path for edit in reviewed(tmp_path, files).edits}


def test_a_module_that_no_model_gets_to_is_not_edited(tmp_path):
    other = WRAPPER.replace("LLM", "Other")
    files = {**APP, "app/llms/other.py": other, "main.py": 'from app.llms import LLM\nLLM("gpt-4o")'}
    files["app/llms/__init__.py"] += "\nfrom .other import Other"
    found = reviewed(tmp_path, files)
    assert {edit.path for edit in found.edits} == {"main.py", "app/llms/wrapper.py"}


@pytest.mark.parametrize("name", ["LLM", "Model"])
def test_an_object_of_a_class_that_a_package_hands_on_is_followed(tmp_path, name):
    files = {**APP, "app/llms/other.py": WRAPPER.replace("LLM", "Other")}
    files["app/llms/__init__.py"] = f"from .wrapper import LLM as {name}\nfrom .other import Other"
    files["main.py"] = f'from app.llms import {name} as Used\nUsed("gpt-4o").ask([])'
    assert "main.py" in {edit.path for edit in reviewed(tmp_path, files).edits}
