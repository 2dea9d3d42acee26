class Template:
    def __init__(self, template):
        self.template = template

    def substitute(self, mapping={}, /, **kwargs):
        return _substituted(self.template, {**mapping, **kwargs})

    def safe_substitute(self, mapping={}, /, **kwargs):
        return _substituted(self.template, {**mapping, **kwargs})
