"""Squares each number of standard input."""
import sys

for line in sys.stdin:
    print(int(line) ** 2)
