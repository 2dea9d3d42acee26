"""Configuration of the tutor."""

from dataclasses import dataclass, field


def default_models() -> dict[str, str]:
    return {"hint": "gpt-4o-mini"}


@dataclass(frozen=True)
class TutorConfig:
    """Which model answers, and how long."""

    model: str = "gpt-4o"
    helpers: dict[str, str] = field(default_factory=default_models)
    limit: int = 700
