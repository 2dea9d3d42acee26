"""Programs that the migration does not handle yet, and why; `name@published`: under that catalogue only.

A program that is handled makes its entry fail, so that it is taken out.
"""

NOT_YET: dict[str, str] = {
    **dict.fromkeys(
        ["family_branch@guide"],
        "?",
    ),
    **dict.fromkeys(
        ["compared_models"],
        "a comparison of named models in a helper is not named as such (evaluates-models)",
    ),
    **dict.fromkeys(
        ["id_from_constants"],
        "a model read through a package (re-export, module attribute, renamed import) and handed on as a parameter",
    ),
    **dict.fromkeys(
        ["options_setdefault", "options_union", "options_update"],
        "a request dict that grows in steps (item assignment, setdefault, update, |)",
    ),
    **dict.fromkeys(
        ["tokenizer_cookbook"],
        "a set or ladder of known ids that raises for others",
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
        ["id_in_dataclass"],
        "ids behind default_factory",
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
        ["partial_call"],
        "parameters bound with functools.partial",
    ),
    **dict.fromkeys(
        ["batch_file", "dataclass_asdict", "pydantic_dump"],
        "parameters in an object that becomes the request (dataclass, pydantic model, JSON line)",
    ),
    **dict.fromkeys(
        ["id_from_argparse", "id_from_click"],
        "parameters of calls whose model comes from an argparse namespace or a click option",
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
            "id_by_condition@published",
            "id_from_environment@published",
            "id_in_class_attribute@published",
            "ids_by_role@published",
            "langchain_chain@published",
            "pydantic_ai_agent@published",
            "responses_streamed@published",
            "twice_applied@published",
        ],
        "request defaults of the published catalogue: effort none where Instant is meant",
    ),
}
"""Programs that do not work after their migration."""

NOT_TWICE: dict[str, str] = {
    **dict.fromkeys(
        ["compared_models"],
        "request defaults of the published catalogue: effort none where Instant is meant",
    ),
}
"""Programs that a second migration changes again."""
