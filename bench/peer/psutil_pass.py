# A line on stdin is a pass over all processes and threads by psutil, answered by its nanoseconds and its threads.
import sys
import time

import psutil

for _ in sys.stdin:
    before = time.monotonic_ns()
    count = 0
    fields = ["pid", "ppid", "name", "status", "cpu_times", "memory_info", "nice", "num_threads", "create_time", "uids", "threads"]
    for process in psutil.process_iter(fields):
        count += len(process.info["threads"] or [1])
    print(time.monotonic_ns() - before, count, flush=True)
