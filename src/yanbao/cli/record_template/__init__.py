"""The report that `yanbao new --template record` makes: how the calls of a ledger did."""

from yanbao.cli.record_template.write import RecordRequest, write_record

__all__ = ["RecordRequest", "write_record"]
