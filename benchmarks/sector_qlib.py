"""qlib's point-in-time operator on the made-up market: run by a Python that has pyqlib, which need not be ours.

    PYTHON benchmarks/sector_qlib.py FOLDER FIRST LAST CODE...

FOLDER holds what `benchmarks.sector` wrote in qlib's own format. Prints the seconds as JSON, writes `qlib.csv`.
"""

import json
import sys
import time
from pathlib import Path


def main() -> None:
    import qlib
    from qlib.data import D

    folder, first, last, *codes = sys.argv[1:]
    qlib.init(provider_uri=folder, region="cn", kernels=1, logging_level=40)
    wall, own = time.perf_counter(), time.process_time()
    found = D.features(codes, ["P($$equity_q)"], first, last, freq="day", disk_cache=0)
    took = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - own, "rows": len(found)}
    found.columns = ["value"]
    found.reset_index().to_csv(Path(folder) / "qlib.csv", index=False)
    print("RESULT " + json.dumps(took))


if __name__ == "__main__":
    main()
