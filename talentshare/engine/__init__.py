"""Who could serve which need best, and is a week feasible? Plain data in, plain data out."""
