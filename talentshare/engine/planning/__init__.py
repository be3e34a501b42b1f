"""All open positions at once: a plan for the whole pool, and a proof of how good it is."""
