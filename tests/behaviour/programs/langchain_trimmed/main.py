"""Chat over a long history with LangChain."""

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage, trim_messages
from langchain_openai import ChatOpenAI

llm = ChatOpenAI(model="gpt-4o")


def count(messages: list[BaseMessage]) -> int:
    return sum(len(str(message.content)) // 4 for message in messages)


def chat(history: list[BaseMessage]) -> str:
    kept = trim_messages(
        history, max_tokens=120_000, token_counter=count, strategy="last", include_system=True
    )
    return llm.invoke(kept).content


def main() -> None:
    history: list[BaseMessage] = [SystemMessage("You are a helpful assistant.")]
    history += [HumanMessage("one two six ten " * 5_000) for _ in range(8)]
    print(chat(history))
