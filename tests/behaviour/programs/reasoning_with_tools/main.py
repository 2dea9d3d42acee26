"""Plans delivery routes with a solver as a tool; needs deep reasoning."""

from openai import OpenAI

SOLVER = {
    "type": "function",
    "function": {
        "name": "route_plan",
        "parameters": {
            "type": "object",
            "properties": {"stops": {"type": "array", "items": {"type": "string"}}},
        },
    },
}


def plan(stops: list[str]) -> str:
    completion = OpenAI().chat.completions.create(
        model="gpt-5",
        messages=[{"role": "user", "content": f"Plan a route through {', '.join(stops)}."}],
        tools=[SOLVER],
        reasoning_effort="high",
    )
    return completion.choices[0].message.tool_calls[0].function.name


def main() -> None:
    print(plan(["Hameln", "Springe", "Alfeld"]))
