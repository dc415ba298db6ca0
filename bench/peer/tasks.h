// What a reader of all tasks keeps of each, and how it is driven: a line on stdin is a pass, answered by its nanoseconds and its threads.
#ifndef TASKS_H
#define TASKS_H
#include <stdint.h>
#include <stdio.h>
#include <time.h>

struct task {
    int32_t id, group, parent, process_group, session, terminal, foreground, threads, priority, nice, exit_signal, processor, rt_priority, policy;
    uint32_t flags;
    char state, name[16];
    uint64_t min_faults, child_min_faults, major_faults, child_major_faults, user, system, child_user, child_system, start, size, resident,
        limit, block_delay, guest, child_guest;
};

static inline int64_t task_now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

// pass: reads all tasks, and returns how many threads there were.
static inline int task_passes(int (*pass)(void))
{
    char line[16];
    while (fgets(line, sizeof line, stdin)) {
        int64_t before = task_now();
        int count = pass();
        printf("%lld %d\n", (long long)(task_now() - before), count);
        fflush(stdout);
        if (count < 0)
            return 1;
    }

    return 0;
}
#endif
