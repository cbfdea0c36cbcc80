"""Mappings of the shared test data, and the command that loads them."""
