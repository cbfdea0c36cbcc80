"""How good is `yanbao check`? Precision, recall and coverage on labelled, planted and clean documents."""
