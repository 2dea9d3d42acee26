"""Models that a customer may choose."""

from enum import Enum


class ChatModel(Enum):
    """What the drop-down shows."""

    STANDARD = "gpt-4o"
    LONG = "gpt-4.1"


DEFAULT = "gpt-4o"
