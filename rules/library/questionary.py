class _Question:
    def __init__(self, answer):
        self._answer = answer

    @also("unsafe_ask")
    def ask(self, *rest, **more):
        return self._answer

    @also("unsafe_ask_async")
    async def ask_async(self, *rest, **more):
        return self._answer


@also("questionary.path", "questionary.autocomplete")
def text(message, default="", *rest, **more):
    return _Question(default)
