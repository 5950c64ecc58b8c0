"""Shares work between processes, which takes semaphores in /dev/shm."""
import multiprocessing
import os


def cube(number):
    return number ** 3


if __name__ == "__main__":
    with multiprocessing.Pool(int(os.environ["WORKERS"])) as pool:
        print(sum(pool.map(cube, range(1000))))
