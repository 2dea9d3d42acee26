"""Extracts the places from novels; halves what is too long."""

from openai import BadRequestError, OpenAI

client = OpenAI()
TOO_LONG = ("maximum context length", "string too long")


def is_too_long(error: BadRequestError) -> bool:
    return any(marker in str(error) for marker in TOO_LONG)


def places(novel: str) -> str:
    try:
        answer = client.responses.create(model="gpt-4o-mini", input=novel)
    except BadRequestError as error:
        if not is_too_long(error):
            raise
        print("shortened")
        return places(novel[: len(novel) // 2])
    return answer.output_text


def main() -> None:
    print(places("one two six ten " * 37_500))
