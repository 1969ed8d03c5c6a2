"""Makes the constants of infoint/analysis/boundaries.py: python benchmarks/boundaries.py [first] [last]."""

import sys
from bisect import bisect_left

import numpy as np

from infoint.analysis.boundaries import SIZE, SMALLEST, crossing

RATES = np.arange(0.01, 0.505, 0.01)  # rates above a half mirror those below


def smallest_constant(per_arm: int) -> float:
    """The smallest constant (two digits) whose size is at most SIZE for every rate."""
    found = bisect_left(range(350), -SIZE, lo=150, key=lambda c: -crossing(per_arm, c / 100, RATES, RATES).max())
    return found / 100


if __name__ == "__main__":
    first, last = (int(argument) for argument in [*sys.argv[1:], SMALLEST, 150][:2])
    for number in range(first, last + 1):
        print(f"{number}: {smallest_constant(number):.2f}", flush=True)
