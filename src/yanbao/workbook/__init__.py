"""A driver model as a workbook of live formulas, and an edited workbook back into the model's file."""
