"""The market in a store, for tests that need all of it."""

from loaded_market import loaded_market

__all__ = ["loaded_market"]
