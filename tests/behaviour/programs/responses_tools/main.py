"""A planning agent on the Responses endpoint."""

import json

from openai import OpenAI

client = OpenAI()
PLANNER_MODEL = "gpt-4o"
TOOLS = [
    {
        "type": "function",
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    }
]


def plan(goal: str) -> str:
    """Break the goal into steps, look up what is missing, answer."""
    items: list = [{"role": "user", "content": goal}]
    while True:
        response = client.responses.create(model=PLANNER_MODEL, input=items, tools=TOOLS, temperature=0)
        calls = [item for item in response.output if item.type == "function_call"]
        if not calls:
            return response.output_text
        items += [item.model_dump() for item in response.output]
        for call in calls:
            print(call.name, json.loads(call.arguments))
            items.append({"type": "function_call_output", "call_id": call.call_id, "output": "rain"})


def main() -> None:
    print(plan("Plan a dry weekend trip from Kassel."))
