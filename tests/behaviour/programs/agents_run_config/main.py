"""Triage of tickets with an agent whose model the run decides."""

from agents import Agent, ModelSettings, RunConfig, Runner

TRIAGE = Agent(name="Triage", instructions="Classify the ticket's urgency: low, normal or high.")
CHEAP = RunConfig(model="gpt-4o-mini", model_settings=ModelSettings(top_p=0.4), tracing_disabled=True)


def urgency(ticket: str) -> str:
    """How soon somebody must act."""
    return Runner.run_sync(TRIAGE, ticket, run_config=CHEAP).final_output


def main() -> None:
    print(urgency("The server room is at 41 degrees."))
