"""Whether the installation is well: jobs, the audit chain, mail."""
