from chat import Chat


def test_default() -> None:
    assert Chat().model == "gpt-4o"
