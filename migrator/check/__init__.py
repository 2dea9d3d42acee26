"""The closing check: the edited program, evaluated again."""
