"""Product texts for the web shop."""

from gateway import TextService


def main() -> None:
    service = TextService()
    print(service.complete("List the materials in: oak table, steel legs, felt pads."))
    print(service.complete("Write a product description for an oak table.", max_tokens=2000, temperature=0.8))
