"""`yanbao new --template sector`: the first chapter of a sector report, from what a store knows on a day."""

from yanbao.cli.sector_template.write import Left, Request, Written, write_sector

__all__ = ["Left", "Request", "Written", "write_sector"]
