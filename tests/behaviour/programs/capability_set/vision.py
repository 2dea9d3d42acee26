"""Who can see."""

SEES_PICTURES = frozenset(["gpt-4o", "gpt-4.1"])


def parts(model: str, text: str, picture: str) -> list[dict]:
    found: list[dict] = [{"type": "text", "text": text}]
    if model in SEES_PICTURES:
        print("with the picture")
        found.append({"type": "image_url", "image_url": {"url": picture, "detail": "low"}})
    return found
