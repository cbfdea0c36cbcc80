"""All benchmarks in turn: `python -m benchmarks`."""

from benchmarks import build_speed, quantity_scan

if __name__ == "__main__":
    quantity_scan.main()
    build_speed.main()
