"""All benchmarks in turn: `python -m benchmarks`."""

import sys

from benchmarks import build_speed, model_runs, quantity_scan, sector, store_load

if __name__ == "__main__":
    quantity_scan.main()
    build_speed.main()
    # both: what misses its goal does not keep the other from being measured
    failed = [store_load.main(), sector.main([]), model_runs.main([])]
    sys.exit(max(failed))
