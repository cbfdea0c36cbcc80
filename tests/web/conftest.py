"""Fixtures of the workbench's tests."""

from record_bench import caller, calling
from web_bench import bench, browser, built, desk_folder, live, page, shown

__all__ = ["bench", "browser", "built", "caller", "calling", "desk_folder", "live", "page", "shown"]
