"""Counts the words of standard input, the most frequent first."""
import collections
import re
import sys

words = re.findall(r"[a-z']+", sys.stdin.read().lower())
for word, count in sorted(collections.Counter(words).items(), key=lambda item: (-item[1], item[0])):
    if count > 1:
        print(count, word)
