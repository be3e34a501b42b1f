"""Profiles, skills with evidence, working time, declarations, pledge."""
