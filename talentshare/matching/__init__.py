"""Who fits: loads, asks the engine, keeps the explained answer."""
