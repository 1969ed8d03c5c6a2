"""Makes the constants of infoint/analysis/boundaries.py: python benchmarks/boundaries.py [first] [last]."""

import sys

from infoint.analysis.boundaries import SMALLEST, smallest_constant

first, last = (int(argument) for argument in [*sys.argv[1:], SMALLEST, 150][:2])
for number in range(first, last + 1):
    print(f"    {number}: {smallest_constant(number):.2f},", flush=True)
