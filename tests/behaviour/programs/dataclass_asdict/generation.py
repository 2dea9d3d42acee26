"""How texts are generated."""

from dataclasses import asdict, dataclass


@dataclass
class Generation:
    """Parameters of a request, under the API's names."""

    model: str = "gpt-4o"
    max_tokens: int = 1200
    temperature: float = 0.4
    top_p: float = 0.9

    def keywords(self) -> dict:
        return asdict(self)
