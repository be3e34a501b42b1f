"""Bodies, people, roles, sign-in, sessions, tokens."""
