// A subject of the bench: a directory that shows a /proc, and the server behind it, if there is one.
#pragma once
#include <stdint.h>
#include <sys/types.h>

enum { MAX_COUNTERS = 64, MAX_IDS = 65536 };

struct counters {
    int count;
    char name[MAX_COUNTERS][32];
    int64_t value[MAX_COUNTERS];
};

struct subject {
    const char *name;
    const char *root;   // the directory; "-" where there is none (a command that mounts by itself)
    pid_t server;       // 0: the kernel
    const char *extra;  // a file of ids (operation stat), words before the command (operation exec); "-": none
    int *ids;
    int id_count;
    struct counters before, overhead; // of /proc/fs/bobbin/stats
};

// Reads ids from the file that subject->extra names.
void subject_load_ids(struct subject *subject);

// How long all threads of the server have been on a processor, in nanoseconds. Unlike wall-clock time this does not grow while
// somebody else has the processor.
int64_t subject_server_time(const struct subject *subject);

// Keeps all threads of the server on one processor, or gives them back the ones they had (processor < 0).
void subject_pin(struct subject *subject, int processor);

// Counts of the server's operations: ROOT/fs/bobbin/stats, which Bobbin and the C server both have.
void subject_start_counting(struct subject *subject);
void subject_stop_counting(struct subject *subject, struct counters *difference);
