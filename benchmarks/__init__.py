"""Measurements: run them from the root of the project."""
