"""Which model plays which part."""

ROLES = {
    "triage": {"model": "gpt-4o-mini", "temperature": 0.1},
    "reply": {"model": "gpt-4o", "temperature": 0.1},
    "planner": {"model": "gpt-4o"},
}
PROMPTS = {
    "triage": "Classify the urgency of the ticket.",
    "reply": "You are a friendly support agent. Reply to the customer.",
    "planner": "Plan the repair as a sequence of steps. Reason carefully.",
}
