"""Programs that the migration does not handle yet, and why; `name@published`: under that catalogue only.

A program that is handled makes its entry fail, so that it is taken out.
"""

NOT_YET: dict[str, str] = {
    **dict.fromkeys(
        ["window_share"],
        "a share of the window, int(0.9 * 128000)",
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
        ["table_in_json"],
        "tables in data files (config-files)",
    ),
    **dict.fromkeys(
        ["langchain_trimmed"],
        "trim_messages(max_tokens=...) sized for the old window",
    ),
}
"""Programs that do not work after their migration."""

NOT_TWICE: dict[str, str] = {}
"""Programs that a second migration changes again."""
