"""The program: what an expression may be, who calls what, where a value goes. One evaluator."""
