"""A driver model as a workbook of live formulas, and an edited workbook back into the model's file."""

from yanbao.workbook.changes import FormulaChange, InputChange
from yanbao.workbook.export import Exported, export_workbook, replace_file
from yanbao.workbook.take_back import TakenBack, take_back
from yanbao.workbook.translate import NewFormula

__all__ = [
    "Exported",
    "FormulaChange",
    "InputChange",
    "NewFormula",
    "TakenBack",
    "export_workbook",
    "replace_file",
    "take_back",
]
