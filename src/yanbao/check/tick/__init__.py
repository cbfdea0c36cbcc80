"""Tick and tie: what the numbers of anybody's report say, how they relate, what ties and what breaks."""
