"""Windows by family."""


def context_window(model: str) -> int:
    if model.startswith("gpt-4.1"):
        return 1_047_576
    if model.startswith("gpt-4"):
        return 128_000
    if model.startswith("gpt-3.5"):
        return 16_385
    return 4_096
