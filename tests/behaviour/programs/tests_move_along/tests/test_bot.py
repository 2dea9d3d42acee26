from bot import Bot


def test_default() -> None:
    assert Bot().model == "gpt-4o"
    assert Bot("gpt-4.1").model == "gpt-4.1"
