"""document -> workbook: one sheet an exhibit, one sheet an evidence table, every computed cell a live formula."""

from yanbao.render.xlsx.workbook import render_xlsx

__all__ = ["render_xlsx"]
