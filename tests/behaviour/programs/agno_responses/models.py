"""Model objects for agents."""

from agno.models.openai import OpenAIResponses

RESEARCHER_MODEL = "gpt-4o"


def researcher_model() -> OpenAIResponses:
    return OpenAIResponses(id=RESEARCHER_MODEL, max_output_tokens=2000, temperature=0.2)
