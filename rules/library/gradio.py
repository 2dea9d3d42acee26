@also("gradio.components.Dropdown", "gradio.Radio", "gradio.components.Radio")
class Dropdown:
    def __init__(self, choices=None, *rest, value=None, **more):
        self._value = _one_of(choices) if choices else value

    def change(self, fn=None, inputs=None, outputs=None, *rest, **more):
        return _called(fn, inputs)

    def input(self, fn=None, inputs=None, outputs=None, *rest, **more):
        return _called(fn, inputs)

    def select(self, fn=None, inputs=None, outputs=None, *rest, **more):
        return _called(fn, inputs)


@also("gradio.components.Textbox", "gradio.Slider", "gradio.components.Slider", "gradio.Number")
@also("gradio.Checkbox", "gradio.State", "gradio.TextArea", "gradio.Code", "gradio.File", "gradio.Image")
class Textbox:
    def __init__(self, *rest, **more):
        self._value = _given

    def submit(self, fn=None, inputs=None, outputs=None, *rest, **more):
        return _called(fn, inputs)

    def change(self, fn=None, inputs=None, outputs=None, *rest, **more):
        return _called(fn, inputs)


@also("gradio.components.Button")
class Button:
    def click(self, fn=None, inputs=None, outputs=None, *rest, **more):
        return _called(fn, inputs)


class Interface:
    def __init__(self, fn, inputs=None, outputs=None, *rest, **more):
        _called(fn, inputs)


class ChatInterface:
    def __init__(self, fn, *rest, additional_inputs=None, **more):
        fn(_given, _given, *_values(additional_inputs))


def _called(fn, inputs):
    return fn(*_values(inputs))


def _values(inputs):
    components = inputs if isinstance(inputs, (list, tuple)) else [inputs]
    return [_value(one) for one in components]


def _value(component):
    return _given if isinstance(component, str) else component._value


def _one_of(choices):
    for choice in choices:
        return choice[1] if isinstance(choice, (tuple, list)) else choice
