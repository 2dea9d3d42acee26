"""A strict stand-in of the API on this machine: it refuses what the models refuse, and answers the rest."""
