"""One person offered to one position, with everyone's consent."""
