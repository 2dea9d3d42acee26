"""Programs that run before and after a migration against a strict local server."""
