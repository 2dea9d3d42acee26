"""Texts cut to a number of tokens; four characters make one."""


class Encoding:
    def encode(self, text: str) -> list[str]:
        return [text[at : at + 4] for at in range(0, len(text), 4)]

    def decode(self, tokens: list[str]) -> str:
        return "".join(tokens)


ENCODING = Encoding()


def truncate(text: str, max_tokens: int) -> str:
    return ENCODING.decode(ENCODING.encode(text)[:max_tokens])
