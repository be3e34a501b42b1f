"""How the pool is used: reads only."""
