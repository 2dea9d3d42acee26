"""Programs that the migration does not handle yet, and why; `name@published`: under that catalogue only.

A program that is handled makes its entry fail, so that it is taken out.
"""

NOT_YET: dict[str, str] = {
    **dict.fromkeys(
        [
            "id_from_argparse",
            "id_from_click",
            "id_from_constants",
            "id_in_dataclass",
            "id_in_enum",
            "ids_by_role",
        ],
        "?",
    ),
    **dict.fromkeys(
        ["logprobs_read@guide", "predicted_output", "reasoning_with_tools"],
        "a parameter that the target refuses and the program relies on: the call stays, capability-lost",
    ),
    **dict.fromkeys(
        ["options_in_steps", "options_setdefault", "options_union", "options_update"],
        "a request dict that grows in steps (item assignment, setdefault, update, |)",
    ),
    **dict.fromkeys(
        ["too_old_sdk"],
        "dependency-too-old from the project's own pins",
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
            "id_from_environment@published",
            "id_in_class_attribute@published",
            "legacy_functions@published",
            "parsed_invoice@published",
            "responses_plain@published",
            "responses_streamed@published",
            "streamed_chat@published",
            "tools_on_chat@published",
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
            "legacy_functions@published",
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
