"""Roles, skills, levels, phases, templates, holidays: what an admin edits rarely."""
