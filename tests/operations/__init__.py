"""Jobs, their leader, and what an admin sees of them."""
