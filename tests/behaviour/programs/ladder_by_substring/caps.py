"""Room and caps, by the model's name."""


def room_for(model: str) -> int:
    if "gpt-4o" in model:
        return 120_000
    elif "gpt-4" in model:
        return 8_192
    return 4_096


def cap_for(model: str) -> int:
    return 1_000 if "mini" in model else 4_000
