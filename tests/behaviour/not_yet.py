"""Programs that the migration does not handle yet, and why; `name@published`: under that catalogue only.

A program that is handled makes its entry fail, so that it is taken out.
"""

NOT_YET: dict[str, str] = {
    **dict.fromkeys(
        ["options_in_steps", "options_setdefault", "options_union", "options_update"],
        "a request dict that grows in steps (item assignment, setdefault, update, |)",
    ),
    **dict.fromkeys(
        ["partial_call"],
        "parameters bound with functools.partial",
    ),
    **dict.fromkeys(
        ["batch_file", "dataclass_asdict", "pydantic_dump"],
        "parameters in an object that becomes the request (dataclass, pydantic model, JSON line)",
    ),
    **dict.fromkeys(
        ["wrapper_kwargs"],
        "parameters that travel through a wrapper's **kwargs",
    ),
    **dict.fromkeys(
        [
            "cap_as_keyword@published",
            "http_body@published",
            "http_session@published",
            "parsed_invoice@published",
            "responses_plain@published",
            "responses_streamed@published",
            "streamed_chat@published",
            "wrapper_parameter@published",
        ],
        "request defaults of the published catalogue: effort none where Instant is meant",
    ),
}
"""Programs that do not work after their migration."""

NOT_TWICE: dict[str, str] = {
    **dict.fromkeys(
        [
            "cap_as_keyword@published",
            "http_body@published",
            "http_session@published",
            "parsed_invoice@published",
            "responses_plain@published",
            "responses_streamed@published",
            "streamed_chat@published",
            "wrapper_parameter@published",
        ],
        "request defaults of the published catalogue: effort none where Instant is meant",
    ),
}
"""Programs that a second migration changes again."""
