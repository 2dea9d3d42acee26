"""The whole program in fixtures/: what the migration makes of it, and that both sides of it run."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from migrator import pipeline
from migrator.settings import Settings

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet

    from migrator.inventory import Inventory

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
BEFORE = FIXTURES / "support_desk"
AFTER = FIXTURES / "support_desk_migrated"


def cases() -> list[ParameterSet]:
    return [pytest.param(path, id=path) for path in sources(BEFORE)]


def sources(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.py"))}


@pytest.fixture(scope="module")
def migrated() -> tuple[Inventory, dict[str, bytes]]:
    return pipeline.migrate(sources(BEFORE), Settings(write_contexts=("test",)))


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return pipeline.migrate(sources(BEFORE), Settings())[0]


def by_place(inventory: Inventory, path: str) -> dict[str, tuple[str, str]]:
    found = (reference for reference in inventory.references if reference.path == path)
    return {reference.model: (reference.action, reference.variant or reference.reason) for reference in found}


@pytest.mark.parametrize("root", [BEFORE, AFTER], ids=["before", "after"])
def test_its_own_tests_pass(root: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SUPPORT_")}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("root", [BEFORE, AFTER], ids=["before", "after"])
def test_it_is_python_3_10(root: Path) -> None:
    for path, source in sources(root).items():
        ast.parse(source, filename=path, feature_version=(3, 10))


@pytest.mark.parametrize("path", cases())
def test_the_migration_makes_the_program_that_lies_beside_it(
    path: str, migrated: tuple[Inventory, dict[str, bytes]]
) -> None:
    assert migrated[1][path].decode() == (AFTER / path).read_text(encoding="utf-8")


def test_a_second_run_changes_nothing(migrated: tuple[Inventory, dict[str, bytes]]) -> None:
    again = pipeline.migrate(migrated[1], Settings(write_contexts=("test",)))
    assert again[1] == migrated[1]


def test_from_disk_it_is_the_same(inventory: Inventory) -> None:
    found = pipeline.review([BEFORE], Settings(jobs=1), root=BEFORE)
    assert {edit.path for edit in found.edits} == {edit.path for edit in inventory.edits}
    assert found.references == inventory.references


def test_by_default_tests_stay_as_they_are() -> None:
    after = pipeline.migrate(sources(BEFORE), Settings())[1]
    for path, source in sources(BEFORE).items():
        if path.startswith("tests/"):
            assert after[path] == source


def test_a_newcomer_sees_all_three_variants(inventory: Inventory) -> None:
    variants = {reference.variant for reference in inventory.references if reference.action == "rewrite"}
    assert variants == {"gpt-5.5", "gpt-5.5-instant", "gpt-5.5-mini"}


def test_a_newcomer_sees_every_action_and_the_usual_reasons(inventory: Inventory) -> None:
    actions = {reference.action for reference in inventory.references}
    assert actions == {"rewrite", "extend", "review", "leave"}
    reasons = {reference.reason for reference in inventory.references if reference.action == "review"}
    assert {
        "azure-deployment",
        "fine-tune",
        "no-text-successor",
        "evaluation-baseline",
        "branch-flips",
    } <= reasons
    assert any(reference.suppressed for reference in inventory.references)


@pytest.mark.parametrize(
    ("path", "model", "variant"),
    [
        ("support_desk/contracts.py", "gpt-4o", "gpt-5.5"),
        ("support_desk/reports.py", "gpt-5", "gpt-5.5"),
        ("support_desk/reports.py", "gpt-5-mini", "gpt-5.5-mini"),
        ("support_desk/moderation.py", "gpt-4o-mini", "gpt-5.5-mini"),
        ("support_desk/drafts.py", "gpt-4o", "gpt-5.5-instant"),
        ("support_desk/attachments.py", "gpt-4o-mini", "gpt-5.5-instant"),
    ],
)
def test_the_use_decides_the_variant(inventory: Inventory, path: str, model: str, variant: str) -> None:
    assert by_place(inventory, path)[model] == ("rewrite", variant)


def test_embeddings_are_no_reference(inventory: Inventory) -> None:
    assert not any("embedding" in reference.model for reference in inventory.references)
