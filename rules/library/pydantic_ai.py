from typing import TypedDict


@also(
    "pydantic_ai.ModelSettings",
    "pydantic_ai.models.ModelSettings",
    "pydantic_ai.settings.ModelSettings",
    "pydantic_ai.models.openai.OpenAIModelSettings",
    "pydantic_ai.models.openai.OpenAIChatModelSettings",
    "pydantic_ai.models.openai.OpenAIResponsesModelSettings",
)
class ModelSettings(TypedDict, total=False):
    pass
