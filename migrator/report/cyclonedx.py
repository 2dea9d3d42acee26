"""The models in use as a CycloneDX 1.6 bill of materials, made with the standard's own library."""

from __future__ import annotations

import datetime
import uuid
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from migrator import __version__
from migrator.report import redact

if TYPE_CHECKING:
    from cyclonedx.model import Property
    from cyclonedx.model.component import Component

    from migrator.inventory import End, Inventory

_NAMESPACE = uuid.UUID("0d8ad0f5-0d04-5e5e-9a8b-6f1f3f0f9e55")
_OURS = "gpt55-migrate"


class _Place(NamedTuple):
    path: str
    line: int
    what: str


def render(inventory: Inventory, day: datetime.date) -> str:
    """The document as JSON; the same inventory on the same day gives the same document."""
    from cyclonedx.model.bom import Bom, BomMetaData
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output.json import JsonV1Dot6

    inventory = redact.for_people(inventory)
    tool = Component(name=_OURS, version=__version__, type=ComponentType.APPLICATION)
    moment = datetime.datetime.combine(day, datetime.time(), datetime.timezone.utc)
    bom = Bom(metadata=BomMetaData(timestamp=moment))
    bom.metadata.tools.components.add(tool)
    for name, places in sorted(_models(inventory).items()):
        bom.components.add(_component(name, places, inventory))
    said = repr([(one.name, sorted(map(str, _places(one)))) for one in bom.components])
    bom.serial_number = uuid.uuid5(_NAMESPACE, f"{day}{said}")
    return str(JsonV1Dot6(bom).output_as_string(indent=2)) + "\n"


def _places(component: Component) -> list[str]:
    evidence = component.evidence
    return [f"{one.location}:{one.line}" for one in evidence.occurrences] if evidence is not None else []


def _models(inventory: Inventory) -> dict[str, set[_Place]]:
    """Where each model is chosen: an id in the code, or a call that a name reaches."""
    found: dict[str, set[_Place]] = defaultdict(set)
    for reference in inventory.references:
        if reference.action != "leave":
            found[reference.model].add(_Place(reference.path, reference.line, reference.role))
    for site in inventory.call_sites:
        for name in site.reached:
            found[name].add(_Place(site.path, site.line, site.api))
    return found


def _component(name: str, places: set[_Place], inventory: Inventory) -> Component:
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.model.component_evidence import ComponentEvidence, Occurrence

    occurrences = [
        Occurrence(
            bom_ref=f"place:{name}:{one.path}:{one.line}:{one.what}",
            location=one.path,
            line=max(one.line, 1),
            additional_context=one.what,
        )
        for one in sorted(places)
    ]
    return Component(
        name=name,
        type=ComponentType.MACHINE_LEARNING_MODEL,
        bom_ref=f"model:{name}",
        properties=_properties(name, inventory),
        evidence=ComponentEvidence(occurrences=occurrences),
    )


def _properties(name: str, inventory: Inventory) -> list[Property]:
    """When a model ends, what the publisher names in its place, what is recommended here."""
    from cyclonedx.model import Property

    mine = [one for one in inventory.references if one.model == name and one.action != "leave"]
    end: End | None = next((one.end for one in mine if one.end is not None and not one.end.what), None)
    rows = [("places", str(len(mine)))] if mine else []
    if end is not None:
        rows += [("ends", end.date), ("days-left", str(end.days)), ("successor", end.successor)]
    rows += [("recommended", variant) for variant in sorted({one.variant for one in mine if one.variant})]
    rows += [
        ("needs-a-person", reason) for reason in sorted({o.reason for o in mine if o.action == "review"})
    ]
    return [Property(name=f"{_OURS}:{key}", value=value) for key, value in rows if value]
