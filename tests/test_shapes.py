"""Files that programs of others read, by the examples of rules/shapes.toml."""

from __future__ import annotations

import pytest
from test_rules_examples import MAP

from migrator import pipeline
from migrator.read.shapes import shapes
from migrator.settings import Settings

KNOWN = [(shape, case) for shape in shapes() for case in (*shape.example, *shape.noop)]


@pytest.mark.parametrize(("shape", "case"), KNOWN, ids=[f"{s.name}-{c.why or 'moves'}" for s, c in KNOWN])
def test_example(shape, case):
    files = {case.file: case.before.encode()}
    inventory, new = pipeline.migrate(files, Settings(config_files=True, map=MAP))
    assert new[case.file].decode() == (case.after or case.before)
    assert pipeline.migrate(new, Settings(config_files=True, map=MAP))[1] == new
    assert "\u27e6" not in str(inventory)
    if case.why:
        assert {one.action for one in inventory.references} >= {"review"}
        assert shape.code or shape.reason in {one.reason for one in inventory.references}


def test_every_shape_has_an_example():
    assert all(shape.example or shape.noop for shape in shapes())


def test_unasked_it_is_told_and_stays():
    _, case = next(one for one in KNOWN if one[1].after)
    inventory, new = pipeline.migrate({case.file: case.before.encode()}, Settings())
    assert new[case.file].decode() == case.before
    assert [one.action for one in inventory.references] == ["rewrite"]


def test_what_the_program_sends_beside_it_moves_along():
    text = (
        "model_list:\n- model_name: a\n  litellm_params:\n    model: openai/gpt-4o\n    logit_bias: {1: 2}\n"
    )
    inventory, new = pipeline.migrate({"proxy.yaml": text.encode()}, Settings(config_files=True))
    assert new["proxy.yaml"].decode().endswith("    model: openai/gpt-5.5-instant\n")
    assert [site.path for site in inventory.call_sites] == ["proxy.yaml"]
