"""Spaces requests out."""

REQUESTS_PER_MINUTE = {"gpt-4o-mini": 500, "gpt-4.1-mini": 1000}


def pause(model: str) -> float:
    """Seconds between two requests."""
    return 60 / REQUESTS_PER_MINUTE[model]
