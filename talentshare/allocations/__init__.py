"""Booked time: capacities, holds, the ledger."""
