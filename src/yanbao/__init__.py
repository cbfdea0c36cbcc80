"""yanbao (研报): sector research as code."""

__version__ = "0.1.0"
