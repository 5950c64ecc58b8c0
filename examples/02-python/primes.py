#!/usr/bin/env python3
"""Prints the primes up to a number, which is the only argument."""
import sys

limit = int(sys.argv[1])
sieve = [True] * (limit + 1)
for number in range(2, limit + 1):
    if sieve[number]:
        print(number)
        for multiple in range(number * number, limit + 1, number):
            sieve[multiple] = False
