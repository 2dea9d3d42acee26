"""Random operations on the running interpreter's standard library."""

from __future__ import annotations

import ast
import io
import random
import sysconfig
import tokenize
from collections import Counter
from pathlib import Path

import pytest
from write_support import planned

from migrator.inventory.edit_records import (
    AddArm,
    AddCase,
    AddElement,
    AddEntry,
    AddKeyword,
    DeleteStatement,
    InsertStatement,
    RemoveEntry,
    RemoveKeyword,
    RenameEntry,
    RenameKeyword,
    ReplaceExpression,
    ReplaceText,
)
from migrator.source import Source, SourceError
from migrator.write.places import parse, span
from migrator.write.render import render

STDLIB = Path(sysconfig.get_paths()["stdlib"])
EXPECTED_REFUSALS = {
    "conflicting-edits",
    "not-applicable",
    "anchor-lost",
}
TAKING = (DeleteStatement, RemoveEntry, RemoveKeyword, ReplaceExpression)
EDITS_PER_FILE = 12


def operations(node, chance):
    """Operations that make sense on the node."""
    before = chance.random() < 0.5
    match node:
        case ast.Call():
            named = [keyword.arg for keyword in node.keywords if keyword.arg]
            adds = [AddKeyword(name="zz_new", source='"none"')]
            if node.args or node.keywords:
                beside = chance.randrange(len(node.args) + len(node.keywords))
                adds.append(AddElement(source="zz_name=1", beside=beside, before=before))
            if not named:
                return adds
            name = chance.choice(named)
            return [*adds, RemoveKeyword(name=name), RenameKeyword(name=name, new="zz_other")] * 2
        case ast.Dict(keys=[_, *_]):
            keys = [k.value for k in node.keys if isinstance(k, ast.Constant) and isinstance(k.value, str)]
            add = AddEntry(key='"zz"', value="0", beside=chance.randrange(len(node.keys)), before=before)
            key = chance.choice(keys) if keys else ""
            return [add, RemoveEntry(key=key), RenameEntry(key=key, new="zz-new")] if key else [add]
        case ast.List(elts=[_, *_], ctx=ast.Load()) | ast.Tuple(elts=[_, *_], ctx=ast.Load()) | ast.Set():
            return [AddElement(source='"zz"', beside=chance.randrange(len(node.elts)), before=before)]
        case ast.Constant(value=str(text)) if text.strip():
            word = chance.choice(text.split())
            return [ReplaceText(old=word, new="zz-9.9", nth=text.count(word) - 1)]
        case ast.JoinedStr():
            words = [w for v in node.values if isinstance(v, ast.Constant) for w in str(v.value).split()]
            return [ReplaceText(old=chance.choice(words), new="zz-9.9")] if words else []
        case ast.Match():
            beside = chance.randrange(len(node.cases))
            return [AddCase(pattern='"zz"', body="pass", beside=beside, before=True)]
        case ast.If():
            return [AddArm(test="zz or yy", body="zz = 1\nyy()", beside=0, before=before)]
        case ast.Compare() | ast.Name(ctx=ast.Load()) | ast.BoolOp():
            return [ReplaceExpression(source=chance.choice(["zz or yy", "zz(1)", "zz if yy else xx"]))]
        case ast.Assign() | ast.Expr() | ast.Return() | ast.FunctionDef() | ast.Import():
            return [InsertStatement(source="if zz:\n    yy = '''\n a'''", before=before), DeleteStatement()]
    return []


def plan(tree, chance):
    """Edits on random nodes of all kinds."""
    kinds: dict[type, list[ast.AST]] = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.expr, ast.stmt)):
            kinds.setdefault(type(node), []).append(node)
    edits = []
    for _ in range(EDITS_PER_FILE * bool(kinds)):
        node = chance.choice(kinds[chance.choice(sorted(kinds, key=lambda kind: kind.__name__))])
        if possible := operations(node, chance):
            edits.append(planned(node, chance.choice(possible)))
    return edits


def comments(text):
    """The comments of a module, counted."""
    tokens = tokenize.generate_tokens(io.StringIO(text, newline="").readline)
    return Counter(token.string for token in tokens if token.type == tokenize.COMMENT)


def outside(source, edits):
    """The stretches of the old text that no edit may touch: all but the lines of the anchors."""
    first_lines = {
        span(node): min(item.lineno for item in (node, *getattr(node, "decorator_list", ())))
        for node in ast.walk(parse(source.text))
        if isinstance(node, ast.stmt)
    }
    lines = {
        number
        for one in edits
        for number in range(first_lines.get(one.anchor, one.anchor[0]), one.anchor[2] + 1)
    }
    kept = [""]
    for number, start in enumerate(source.line_starts, 1):
        line = source.text[start : (*source.line_starts, len(source.text))[number]]
        if number in lines or line.lstrip().startswith("#"):
            kept += ["" if number in lines else line, ""]
        else:
            kept[-1] += line
    return kept


def check(data, seed, tally):
    """Plan and render once; count what happened."""
    source = Source(data)
    edits = plan(parse(source.text), random.Random(seed))
    result = render(data, edits)
    tally["made"] += len(result.made)
    tally["files"] += 1
    for refusal in result.refused:
        tally[refusal.code] += 1
        assert refusal.code in EXPECTED_REFUSALS, refusal
    new = Source(result.data).text
    made = [one for one in edits if one.id in result.made]
    at = 0
    for stretch in outside(source, made):
        found = new.find(stretch, at)
        assert found >= 0, stretch
        at = found + len(stretch)
    lost = comments(source.text) - comments(new)
    if not any(isinstance(one.operation, TAKING) for one in made):
        assert not lost, lost
    tally["comments lost"] += sum(lost.values())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_random_operations_on_the_standard_library(seed):
    tally = Counter()
    for path in sorted(set(STDLIB.rglob("*.py")) - set(STDLIB.glob("site-packages/**/*.py"))):
        data = path.read_bytes()
        try:
            parse(Source(data).text)
        except (SourceError, SyntaxError, ValueError):
            continue
        try:
            check(data, f"{seed}:{path.name}", tally)
        except AssertionError as error:
            raise AssertionError(f"{path}: {error}") from error
    print(dict(tally))
    assert tally["made"] > tally["files"]
