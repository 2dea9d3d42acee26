"""Inventories made by hand, for the tests of the reports."""

from migrator.inventory import (
    CallSite,
    CatalogNote,
    Coverage,
    Diagnostic,
    Finding,
    Inventory,
    Parameter,
    Reason,
    Recommendation,
    Reference,
    Summary,
)
from migrator.inventory.edit_records import Edit, RenameKeyword, ReplaceText
from migrator.inventory.prompt_records import Cost

CATALOG = CatalogNote(
    name="guide",
    title="GPT-5.5 family",
    targets={"flagship": "gpt-5.5", "instant": "gpt-5.5-instant", "mini": "gpt-5.5-mini"},
    unpublished=("gpt-5.5-instant", "gpt-5.5-mini"),
)


def reference(number, **fields):
    known = {
        "id": f"R{number}",
        "path": "src/app.py",
        "line": number,
        "column": 9,
        "model": "gpt-4o",
        "text": "gpt-4o",
        "role": "call-argument",
        "action": "rewrite",
        "context": "src",
        "selected": True,
        "fingerprint": f"{number:064x}",
        "variant": "gpt-5.5-instant",
        "replacement": "gpt-5.5-instant",
    }
    if fields.get("action", "rewrite") != "rewrite":
        known |= {"variant": "", "replacement": "", "selected": False}
    return Reference(**{**known, **fields})


def call_site(number, variant="gpt-5.5-instant", **fields):
    reasons = (
        Reason(rule="U-chat", text="answers people in a chat", weight=1.5, favours="instant"),
        Reason(rule="PRIOR", text="was gpt-4o", weight=0.5, favours="instant"),
    )
    choice = Recommendation(variant=variant, confidence=0.78, runner_up="gpt-5.5-mini", reasons=reasons)
    known = {
        "id": f"C{number}",
        "path": "src/app.py",
        "line": number,
        "column": 1,
        "api": "openai.chat.completions",
        "framework": "openai",
        "models": ("gpt-4o",),
        "recommendation": choice if variant else None,
    }
    return CallSite(**{**known, **fields})


def edit(number, **fields):
    known = {
        "id": f"E{number}",
        "path": "src/app.py",
        "anchor": (number, 8, number, 16),
        "operation": ReplaceText(old="gpt-4o", new="gpt-5.5-instant"),
        "group": f"G{number}",
        "why": "gpt-4o -> gpt-5.5-instant: answers people in a chat",
        "rule": "GPT55-M001",
        "references": (f"R{number}",),
        "call_sites": (f"C{number}",),
    }
    return Edit(**{**known, **fields})


def inventory(**fields):
    return Inventory(**{"root": ".", "catalog": CATALOG, **fields})


def every_kind():
    """One of everything that a report speaks about."""
    references = (
        reference(3),
        reference(7, action="review", reason="azure-deployment", detail="model= of an AzureOpenAI client"),
        reference(9, action="leave", role="prose", text="# we used gpt-4o", detail="a comment"),
        reference(5, path="tests/test_app.py", context="test", selected=False),
        reference(11, action="extend", role="lookup-key", selected=True),
    )
    rename = edit(
        4,
        operation=RenameKeyword(name="max_tokens", new="max_completion_tokens"),
        rule="GPT55-P001",
        why="the new models reject max_tokens",
        group="G3",
        rank=1,
        references=(),
        call_sites=("C3",),
    )
    site = call_site(
        3,
        parameters=(Parameter(name="max_tokens", line=4, action="rename", new="max_completion_tokens"),),
        signals=("U-chat: name support_reply",),
        cost=Cost(
            tokens_in=1000, tokens_out=200, usd_before=0.0045, usd_after=0.059, estimate="characters / 4"
        ),
        references=("R3",),
    )
    return inventory(
        references=references,
        call_sites=(site, call_site(20, variant="", models=(), unresolved="from the command line")),
        edits=(edit(3), rename, edit(11, safety="unsafe")),
        findings=(
            Finding(rule="GPT55-D001", path="src/app.py", line=20, message="model unknown", reason="dynamic"),
        ),
        diagnostics=(
            Diagnostic(path="src/old.py", code="syntax-error", message="line 3: print 'x' is Python 2"),
        ),
        coverage=Coverage(seen=12, read=4, skipped=7, unread=1),
        summary=Summary(references=5, rewrite=2, extend=1, review=1, leave=1, edits=3, call_sites=2),
    )
