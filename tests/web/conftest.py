"""Fixtures of the workbench's tests."""

from web_bench import bench, browser, built, desk_folder, live, page, shown

__all__ = ["bench", "browser", "built", "desk_folder", "live", "page", "shown"]
