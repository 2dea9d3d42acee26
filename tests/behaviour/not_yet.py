"""Programs that the migration does not handle yet, and why; `name@published`: under that catalogue only.

A program that is handled makes its entry fail, so that it is taken out.
"""

NOT_YET: dict[str, str] = {
    **dict.fromkeys(
        [
            "enum_validated",
            "family_branch@guide",
            "head_and_tail",
            "ladder_by_substring",
            "ladder_of_families",
            "langchain_trimmed",
            "literal_of_models",
            "match_statement",
            "old_error_text@guide",
            "prefix_order",
            "rates_by_model",
            "registry_of_records",
            "table_in_json",
            "window_in_default",
            "window_share",
        ],
        "?",
    ),
    **dict.fromkeys(
        ["compared_models"],
        "a comparison of named models in a helper is not named as such (evaluates-models)",
    ),
    **dict.fromkeys(
        ["id_from_constants"],
        "a model read through a package (re-export, renamed import) and handed on",
    ),
    **dict.fromkeys(
        ["reasoning_with_tools@guide"],
        "a parameter that the target refuses and the program relies on: the call stays, capability-lost",
    ),
    **dict.fromkeys(
        ["options_union"],
        "a request dict that grows in steps (item assignment, setdefault, update, |)",
    ),
    **dict.fromkeys(
        ["suppressed_call@guide"],
        "a suppression on the first line of OpenAI().….create( covers the inner call only",
    ),
    **dict.fromkeys(
        ["id_in_enum"],
        "enum members that are the only source of an id",
    ),
    **dict.fromkeys(
        ["shared_options@guide"],
        "options shared with a call that does not migrate are split or reviewed",
    ),
    **dict.fromkeys(
        ["litellm_router@guide"],
        "parameters beside the model in a LiteLLM router's list",
    ),
    **dict.fromkeys(
        ["wrapper_kwargs"],
        "parameters that travel through a wrapper's **kwargs",
    ),
    **dict.fromkeys(
        ["pydantic_ai_output"],
        "pydantic-ai's own parameter names in a settings dict (stop_sequences)",
    ),
    **dict.fromkeys(
        [
            "agents_runner@published",
            "agno_chat@published",
            "argparse_choices@published",
            "id_by_condition@published",
            "id_from_environment@published",
            "id_in_class_attribute@published",
            "id_in_dataclass@published",
            "ids_by_role@published",
            "langchain_chain@published",
            "pydantic_ai_agent@published",
            "registry_of_dicts@published",
            "responses_streamed@published",
            "twice_applied@published",
        ],
        "request defaults of the published catalogue: effort none where Instant is meant",
    ),
}
"""Programs that do not work after their migration."""

NOT_TWICE: dict[str, str] = {
    **dict.fromkeys(
        ["argparse_choices", "compared_models", "enum_validated", "id_in_enum"],
        "request defaults of the published catalogue: effort none where Instant is meant",
    ),
}
"""Programs that a second migration changes again."""
