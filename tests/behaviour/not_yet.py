"""Programs that the migration does not handle yet, and why; `name@published`: under that catalogue only.

A program that is handled makes its entry fail, so that it is taken out.
"""

NOT_YET: dict[str, str] = {
    **dict.fromkeys(
        ["compared_models"],
        "a comparison of named models in a helper is not named as such (evaluates-models)",
    ),
    **dict.fromkeys(
        ["reasoning_with_tools@guide"],
        "a refused parameter that the program relies on: the call stays, capability-lost",
    ),
    **dict.fromkeys(
        ["window_share"],
        "a share of the window, int(0.9 * 128000)",
    ),
    **dict.fromkeys(
        ["suppressed_call@guide"],
        "a suppression on the first line of OpenAI().….create( covers the inner call only",
    ),
    **dict.fromkeys(
        ["fallback_on_purpose"],
        "an old model kept on purpose is not named as such (fallback-on-purpose)",
    ),
    **dict.fromkeys(
        ["registry_of_records"],
        "dataclass records in a list as a registry",
    ),
    **dict.fromkeys(
        ["enum_validated", "id_in_enum"],
        "enum members that are the only source of an id",
    ),
    **dict.fromkeys(
        ["tests_move_along"],
        "expectations in tests that follow from an edit",
    ),
    **dict.fromkeys(
        ["old_error_text@guide"],
        "handlers that match the old wording of an overflow",
    ),
    **dict.fromkeys(
        [
            "argparse_choices@published",
            "id_by_condition@published",
            "id_from_environment@published",
            "id_in_class_attribute@published",
            "id_in_dataclass@published",
            "ids_by_role@published",
            "mini_in_the_name@published",
            "twice_applied@published",
        ],
        "one call that serves several models: request defaults are missing, or break it",
    ),
    **dict.fromkeys(
        ["options_union"],
        "options joined with | from a record of another module",
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
        ["literal_of_models"],
        "parameters of a call whose model is an attribute of a validated config object",
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
            "langchain_chain@published",
            "pydantic_ai_agent@published",
        ],
        "request defaults of the published catalogue in frameworks (agents, agno, LangChain, pydantic-ai)",
    ),
    **dict.fromkeys(
        ["responses_streamed@published"],
        "responses.stream takes reasoning={...}, not reasoning_effort",
    ),
    **dict.fromkeys(
        ["split_literal"],
        "split: one literal becomes two where its calls want different variants",
    ),
    **dict.fromkeys(
        ["table_in_json"],
        "tables in data files (config-files)",
    ),
    **dict.fromkeys(
        ["prefix_order"],
        "tables of (prefix, value) pairs where the first match wins",
    ),
    **dict.fromkeys(
        ["langchain_trimmed"],
        "trim_messages(max_tokens=...) sized for the old window",
    ),
}
"""Programs that do not work after their migration."""

NOT_TWICE: dict[str, str] = {
    **dict.fromkeys(
        ["family_branch@guide"],
        "request defaults of the published catalogue: effort none where Instant is meant",
    ),
    **dict.fromkeys(
        ["argparse_choices"],
        "the first run leaves parameters that the second one renames (choices)",
    ),
    **dict.fromkeys(
        ["compared_models"],
        "the first run leaves parameters that the second one renames (comparison)",
    ),
    **dict.fromkeys(
        ["enum_validated"],
        "the first run leaves parameters that the second one renames (enum)",
    ),
}
"""Programs that a second migration changes again."""
