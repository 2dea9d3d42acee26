"""Settings of the research desk."""

from pydantic import BaseModel, Field


class ModelSettings(BaseModel):
    """One model and its cap."""

    name: str
    limit: int


class Settings(BaseModel):
    """All of them."""

    research: str = Field("gpt-4o", description="plans and writes the study")
    title: ModelSettings = Field(default_factory=lambda: ModelSettings(name="gpt-4o-mini", limit=60))
