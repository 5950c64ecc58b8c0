"""Reads a table of temperatures and writes the mean of each station to /work/summary.csv."""
import collections
import csv
import statistics
import sys

stations = collections.defaultdict(list)
with open(sys.argv[1], newline="") as table:
    for row in csv.DictReader(table):
        stations[row["station"]].append(float(row["celsius"]))
with open("/work/summary.csv", "w", newline="") as result:
    writer = csv.writer(result, lineterminator="\n")
    writer.writerow(["station", "mean"])
    for station in sorted(stations):
        writer.writerow([station, f"{statistics.fmean(stations[station]):.1f}"])
print(f"{len(stations)} stations")
