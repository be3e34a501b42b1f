"""計画案: all open positions at once, run in the background, compared, and applied row by row."""
