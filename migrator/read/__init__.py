"""Source -> facts by `ast`, then linked across files. Changes nothing and decides nothing."""
