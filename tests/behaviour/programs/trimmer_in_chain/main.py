"""A tutor that remembers the whole course."""

from langchain_core.messages import BaseMessage, HumanMessage, trim_messages
from langchain_openai import ChatOpenAI


def count(messages: list[BaseMessage]) -> int:
    return sum(len(str(message.content)) // 4 for message in messages)


trimmer = trim_messages(max_tokens=110_000, token_counter=count, strategy="last")
chain = trimmer | ChatOpenAI(model="gpt-4o")


def main() -> None:
    lessons: list[BaseMessage] = [HumanMessage("one two six ten " * 5_000) for _ in range(7)]
    print(chain.invoke(lessons).content)
