"""A test on a model's name that would turn pictures away from the new id: wider, or the ids wait."""

from __future__ import annotations

import pytest

from tests.decided import MAP, Migrated, all_migrated, spend

WORK = pytest.mark.parametrize("work", [1, 10, 100, None])
LOOKER = """
from elsewhere import Agent


class Looker:
    def __init__(self, model="gpt-4o-mini"):
        self.model = model

    def act(self, page, shot):
        name = self.model.lower()
{test}


def run(page, shot, vision=False, model="gpt-4o-mini"):
    chosen = model
    if vision and "gpt" in model.lower():
        chosen = "gpt-4o"
    return Looker(chosen).act(page, shot)
"""
LOSING = {
    "a flag": """
        vision_capable = any(p in name for p in ["gpt-4", "gemini", "claude"])
        if shot and vision_capable:
            return Agent(self.model).look(page, shot)
        return Agent(self.model).read(page)""",
    "what is made of a flag": """
        sees = any(p in name for p in ["gpt-4", "gemini", "claude"])
        use_vision = shot and sees
        if use_vision:
            return Agent(self.model).look(page, shot)
        return Agent(self.model).read(page)""",
    "code behind a flag": """
        able = "gpt-4" in name
        parts = [page]
        if able and shot:
            parts.append(Agent.image(shot))
        return Agent(self.model).read(parts)""",
    "an arm that turns away": """
        if "gpt-4" not in name:
            return Agent.told("Vision is not supported")
        return Agent(self.model).look(page, shot)""",
}
HARMLESS = {
    "a message": """
        vision_capable = any(p in name for p in ["gpt-4", "gemini", "claude"])
        print(f"vision: {vision_capable}")
        return Agent(self.model).read(page)""",
    "a test that all pass": """
        vision_capable = any(p in name for p in ["gpt-", "gemini", "claude"])
        if shot and vision_capable:
            return Agent(self.model).look(page, shot)
        return Agent(self.model).read(page)""",
}


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch, work: int | None) -> None:
    spend(monkeypatch, work)


def moved(test: str, **to: str) -> Migrated:
    return all_migrated(LOOKER.replace("{test}", test.strip("\n")), map=MAP | to)


@WORK
@pytest.mark.usefixtures("spent")
@pytest.mark.parametrize("test", LOSING.values(), ids=LOSING)
def test_ids_wait_where_pictures_would_be_turned_away(test):
    found = moved(test)
    assert "gpt-5.5-mini" not in found.after
    assert found.after == found.before or '"claude", "gpt-5.5-instant"]' in found.after
    kept = [one for one in found.inventory.references if one.role in ("default", "call-argument")]
    assert {one.reason for one in kept} & {"branch-flips"}


@WORK
@pytest.mark.usefixtures("spent")
@pytest.mark.parametrize("test", HARMLESS.values(), ids=HARMLESS)
def test_ids_move_where_nothing_hangs_on_it(test):
    assert 'model="gpt-5.5-mini"' in moved(test).after


@WORK
@pytest.mark.usefixtures("spent")
def test_a_test_is_widened_for_models_that_see():
    found = moved(LOSING["a flag"], **{"gpt-4o-mini": "instant"})
    assert '"claude", "gpt-5.5-instant"]' in found.after
