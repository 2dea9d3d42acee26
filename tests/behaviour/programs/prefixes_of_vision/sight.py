"""Which models see."""

VISION_PREFIXES = ("gpt-4o", "gpt-4.1")


def supports_vision(model: str) -> bool:
    return model.startswith(VISION_PREFIXES)
