"""Chat whose memory is a matter of taste."""

from langchain_core.messages import BaseMessage, HumanMessage, trim_messages
from langchain_openai import ChatOpenAI

llm = ChatOpenAI(model="gpt-4o")


def count(messages: list[BaseMessage]) -> int:
    return sum(len(str(message.content)) // 4 for message in messages)


def chat(history: list[BaseMessage]) -> str:
    kept = trim_messages(history, max_tokens=110_000, token_counter=count, strategy="last")
    return llm.invoke(kept).content


def main() -> None:
    print(chat([HumanMessage("one two six ten " * 5_000) for _ in range(8)]))
