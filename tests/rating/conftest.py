"""The loaded market for the tests of real records."""

from loaded_market import loaded_market

__all__ = ["loaded_market"]
