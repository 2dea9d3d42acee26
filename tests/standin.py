"""A program of a few modules, run here against a stand-in of the SDK that refuses what the models refuse."""

from __future__ import annotations

import copy
import sys
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from behaviour.models import VARIANTS, catalogue

from migrator.evidence.standin.refusals import judge_chat, judge_responses, tokens, unknown_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MODELS = catalogue("guide", old=True)
NEW = frozenset(VARIANTS["guide"].values())
CAPS = ("max_completion_tokens", "max_output_tokens", "max_tokens")


class RefusedError(Exception):
    """What the endpoint answers with status 400."""


class Omitted:
    """The SDK's way to leave a parameter out."""

    def __bool__(self) -> bool:
        return False


class Ran(NamedTuple):
    """The bodies sent, and what a run ended with."""

    bodies: tuple[dict[str, Any], ...]
    raised: str

    @property
    def models(self) -> list[str]:
        return [body["model"] for body in self.bodies]


def cap(body: Mapping[str, Any]) -> int | None:
    return next((body[name] for name in CAPS if body.get(name)), None)


def ran(files: Mapping[str, bytes], entry: str = "app") -> Ran:
    """Runs the module `entry` of a program."""
    sent: list[dict[str, Any]] = []
    raised = ""
    with _installed({path[:-3].replace("/", "."): data for path, data in files.items()}, _sdk(sent)):
        try:
            __import__(entry)
        except Exception as error:
            raised = f"{type(error).__name__}: {error}"
    return Ran(tuple(sent), raised)


# -- the SDK -----------------------------------------------------------------------------------------


def _sdk(sent: list[dict[str, Any]]) -> ModuleType:
    """A module `openai` whose clients note what they send."""

    def chat(*, model: Any, messages: Any, **rest: Any) -> Any:
        return _answered(sent, {"model": model, "messages": messages, **rest}, judge_chat)

    def response(*, model: Any, **rest: Any) -> Any:
        return _answered(sent, {"model": model, **rest}, judge_responses)

    class Client:
        def __init__(self, **_: Any) -> None:
            self.chat = SimpleNamespace(completions=SimpleNamespace(create=chat, parse=chat))
            self.responses = SimpleNamespace(create=response, parse=response)

        def with_options(self, **_: Any) -> Client:
            return self

    module = ModuleType("openai")
    vars(module).update(OpenAI=Client, omit=Omitted(), NOT_GIVEN=Omitted(), BadRequestError=RefusedError)
    return module


def _answered(sent: list[dict[str, Any]], given: dict[str, Any], judge: Any) -> Any:
    body = copy.deepcopy({name: value for name, value in given.items() if not isinstance(value, Omitted)})
    sent.append(body)
    model = MODELS.get(body["model"])
    refusal = judge(model, body) if model is not None else unknown_model(body["model"])
    if refusal is not None:
        raise RefusedError(f"{body['model']}: {refusal.message}")
    message = SimpleNamespace(content="fine", tool_calls=None, refusal=None)
    usage = SimpleNamespace(prompt_tokens=tokens(body), completion_tokens=1, total_tokens=tokens(body) + 1)
    choice = SimpleNamespace(message=message, finish_reason="stop")
    return SimpleNamespace(choices=[choice], output_text="fine", usage=usage, model=body["model"])


# -- importing a program from memory -----------------------------------------------------------------


class _Sources(MetaPathFinder, Loader):
    def __init__(self, sources: Mapping[str, bytes]) -> None:
        self.sources = sources

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(name, self) if name in self.sources else None

    def create_module(self, spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.sources[module.__name__], f"{module.__name__}.py", "exec"), vars(module))


@contextmanager
def _installed(sources: Mapping[str, bytes], sdk: ModuleType) -> Iterator[None]:
    """The modules of a program can be imported, and nothing of them stays."""
    names = {*sources, "openai"}
    before = {name: sys.modules.pop(name) for name in names if name in sys.modules}
    finder = _Sources(sources)
    sys.modules["openai"] = sdk
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in names:
            sys.modules.pop(name, None)
        sys.modules.update(before)
