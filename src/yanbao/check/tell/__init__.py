"""How a check of anybody's report is told: its findings on a terminal, on a page, in an annotated copy."""
