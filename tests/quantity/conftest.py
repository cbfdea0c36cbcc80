"""Property tests here assert values; how long one example takes depends on what else the machine does."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("values", deadline=None)
settings.load_profile("values")
