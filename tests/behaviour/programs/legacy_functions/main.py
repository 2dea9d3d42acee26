"""Customer support that looks orders up, in the style of 2023."""

import json

from openai import OpenAI

FUNCTIONS = [
    {
        "name": "lookup_order",
        "description": "State of an order",
        "parameters": {
            "type": "object",
            "properties": {"number": {"type": "string"}},
            "required": ["number"],
        },
    }
]


def next_step(question: str) -> tuple[str, dict]:
    completion = OpenAI().chat.completions.create(
        model="gpt-4o",
        messages=[{"role": "user", "content": question}],
        functions=FUNCTIONS,
        function_call="auto",
        max_tokens=200,
        temperature=0,
    )
    call = completion.choices[0].message.function_call
    return call.name, json.loads(call.arguments)


def main() -> None:
    name, arguments = next_step("Where is order 77-1?")
    print(name, json.dumps(arguments))
