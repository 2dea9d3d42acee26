"""Concierge of a museum, as a pydantic-ai agent."""

from pydantic_ai import Agent
from pydantic_ai.settings import ModelSettings

settings = ModelSettings(temperature=0.1, max_tokens=400)
concierge = Agent(
    "openai-chat:gpt-4o",
    system_prompt="You are a friendly assistant at the museum's desk.",
    model_settings=settings,
)


@concierge.tool_plain
def opening_hour(room: str) -> int:
    """When a room opens."""
    print("looked up", 8)
    return 8


def main() -> None:
    print(concierge.run_sync("When does the Egyptian room open?").output)
