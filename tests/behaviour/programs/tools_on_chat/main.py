"""Agent of the warehouse: looks up stock and plans orders."""

import json

from openai import OpenAI

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "stock_level",
            "description": "Pieces in stock",
            "parameters": {"type": "object", "properties": {"article": {"type": "string"}}},
        },
    }
]


def stock_level(article: str) -> int:
    return len(article)


class WarehouseAgent:
    """Multi-step: calls tools until the model answers."""

    model = "gpt-4o"

    def __init__(self) -> None:
        self.client = OpenAI()

    def run(self, task: str) -> str:
        messages: list = [{"role": "user", "content": task}]
        for _ in range(5):
            completion = self.client.chat.completions.create(
                model=self.model, messages=messages, tools=TOOLS, parallel_tool_calls=False, max_tokens=1000
            )
            message = completion.choices[0].message
            if not message.tool_calls:
                return message.content
            messages.append(message)
            for call in message.tool_calls:
                print("called", call.function.name)
                result = stock_level(**json.loads(call.function.arguments))
                messages.append({"role": "tool", "tool_call_id": call.id, "content": str(result)})
        raise RuntimeError("no answer after five steps")


def main() -> None:
    print(WarehouseAgent().run("Do we need more hinges?"))
