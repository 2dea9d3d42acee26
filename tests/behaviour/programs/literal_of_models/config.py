"""Configuration of the chat service."""

from typing import Literal

from pydantic import BaseModel

ModelName = Literal["gpt-4o", "gpt-4o-mini", "gpt-4.1"]


class ChatConfig(BaseModel):
    """Checked when it is loaded."""

    model: ModelName = "gpt-4o"
    limit: int = 300
