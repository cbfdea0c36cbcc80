"""Planted errors: one thing is changed at a time in a copy of a clean build, and the proof has to find just that."""
