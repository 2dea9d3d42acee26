"""The A/B test plan: experiments from an inventory, their runs, and what the results say."""
