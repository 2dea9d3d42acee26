"""Settings of the report writer."""

import os


class ReportSettings:
    """Read once, when the program starts."""

    model = "gpt-4o"
    max_tokens = 4000
    temperature = 0.2

    def __init__(self) -> None:
        self.language = os.environ.get("REPORT_LANGUAGE", "en")


settings = ReportSettings()
