"""The fictional Tokyo that shows the product at work."""
