"""What the model is asked for each kind of paper."""

DEFAULTS = {"model": "gpt-4o", "max_tokens": 200, "temperature": 0.1}
TASKS = {
    "invoice": {"prompt": "Who sent this invoice, and when is it due?", "options": {}},
    "letter": {
        "prompt": "Draft a friendly reply to this letter.",
        "options": {"max_tokens": 900, "temperature": 0.6},
    },
}


def options_for(kind: str) -> dict:
    return DEFAULTS | TASKS[kind]["options"]
