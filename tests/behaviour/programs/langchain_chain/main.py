"""Answers questions about the statutes with a LangChain chain."""

from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_openai import ChatOpenAI

PROMPT = ChatPromptTemplate.from_messages(
    [("system", "You answer questions of members of the club. Quote the statutes."), ("user", "{question}")]
)


def chain():
    llm = ChatOpenAI(model="gpt-4o", temperature=0, max_tokens=800, stop=["Source:"])
    return PROMPT | llm | StrOutputParser()


def main() -> None:
    print(chain().invoke({"question": "How many members make a quorum?"}))
