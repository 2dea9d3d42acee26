"""Context limits: found, linked to the models that they were sized for, resized or guarded."""
