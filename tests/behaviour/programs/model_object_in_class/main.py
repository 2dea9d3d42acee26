"""Reviews long tenders with LangChain."""

from langchain_openai import ChatOpenAI


class Reviewer:
    def __init__(self) -> None:
        self.llm = ChatOpenAI(model="gpt-4o")
        self.max_context = 120_000

    def fit(self, tender: str) -> str:
        if len(tender) // 4 > self.max_context:
            return tender[: self.max_context * 4]
        return tender

    def review(self, tender: str) -> str:
        return self.llm.invoke(f"Review this tender:\n{self.fit(tender)}").content


def main() -> None:
    print(Reviewer().review("one two six ten " * 37_500))
