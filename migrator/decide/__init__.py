"""Facts and rules -> a role, an action, a variant and edits, each with reasons."""
