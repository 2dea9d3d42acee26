"""Hard constraints: variants that cannot serve a call, whatever else speaks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from migrator.decide.uses import Constraint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from migrator.decide.catalogue import Catalogue
    from migrator.decide.evidence import Surroundings
    from migrator.decide.sites import Site
    from migrator.read.facts import Node

PICTURES = ("image_url", "input_image", "data:image", "b64_json", "base64_image", "image/png", "image/jpeg")
CHARACTERS_PER_TOKEN = 4


class Constraints:
    """Asks what a call visibly sends and compares it with what the variants take."""

    def __init__(self, surroundings: Surroundings, catalogue: Catalogue) -> None:
        self.surroundings = surroundings
        self.catalogue = catalogue

    def of_site(self, site: Site) -> Iterator[Constraint]:
        """Variants that a call's pictures or a call's size exclude."""
        yield from self.of_node(site.call)
        yield from self._window(site)

    def of_node(self, node: Node) -> Iterator[Constraint]:
        """Text-only variants where pictures are sent in the same call or function."""
        place = self._pictures(node)
        if place is not None:
            text = f"sends pictures ({str(place.value)[:40]!r}); this variant takes text only"
            for name in self.catalogue.targets:
                if not self.catalogue.takes_pictures(name):
                    yield Constraint(name, "constraint.modality", text, place.line, place.file.path)

    def _pictures(self, node: Node) -> Node | None:
        function = self.surroundings.near.function(node)
        owner = next((above for above in node.ancestors() if above.kind == "ClassDef"), None)
        if owner is not None and self.surroundings.near.share(owner) < 1:
            owner = None
        for piece in (node, function, owner):
            for one in (piece, *piece.descendants()) if piece is not None else ():
                if _shows_pictures(one):
                    return one
        return None

    def _window(self, site: Site) -> Iterator[Constraint]:
        """Constant text that alone is longer than a window."""
        prompt = self.surroundings.wording.prompt(site)
        tokens = sum(len(message.text) for message in prompt.messages) // CHARACTERS_PER_TOKEN
        for name, target in self.catalogue.targets.items():
            model = self.catalogue.model(target)
            if model is not None and model.context_window and tokens > model.context_window:
                text = (
                    f"sends about {tokens:,} tokens of constant text; the window is {model.context_window:,}"
                )
                yield Constraint(name, "constraint.window", text, site.call.line, site.call.file.path)


def _shows_pictures(node: Node) -> bool:
    value = node.value if node.kind == "Constant" else None
    return isinstance(value, str) and len(value) < 400 and any(part in value for part in PICTURES)
