#define _GNU_SOURCE
#include "subject.h"
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void subject_load_ids(struct subject *subject)
{
    FILE *file = fopen(subject->extra, "r");
    if (file == NULL) {
        perror(subject->extra);
        exit(1);
    }

    subject->ids = calloc(MAX_IDS, sizeof *subject->ids);
    while (subject->id_count < MAX_IDS && fscanf(file, "%d", &subject->ids[subject->id_count]) == 1)
        subject->id_count++;
    fclose(file);
    if (subject->id_count == 0) {
        fprintf(stderr, "%s: no ids\n", subject->extra);
        exit(1);
    }
}

// Calls back for every thread of the server, by the kernel's own /proc.
static void for_each_thread(pid_t server, void (*visit)(pid_t thread, void *state), void *state)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task", server);
    DIR *directory = server > 0 ? opendir(path) : NULL;
    if (directory == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (entry->d_name[0] != '.')
            visit(atoi(entry->d_name), state);
    closedir(directory);
}

static void add_time(pid_t thread, void *state)
{
    // The first of the three numbers of schedstat.
    char path[64], text[128] = "";
    snprintf(path, sizeof path, "/proc/%d/schedstat", thread);
    int file = open(path, O_RDONLY);
    if (file < 0)
        return;
    if (read(file, text, sizeof text - 1) > 0)
        *(int64_t *)state += atoll(text);
    close(file);
}

int64_t subject_server_time(const struct subject *subject)
{
    int64_t total = 0;
    for_each_thread(subject->server, add_time, &total);
    return total;
}

static struct { pid_t thread; cpu_set_t processors; } saved[4096];
static int saved_count;

static void pin_thread(pid_t thread, void *state)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(*(int *)state, &one);
    if (saved_count < 4096 && sched_getaffinity(thread, sizeof one, &saved[saved_count].processors) == 0)
        saved[saved_count++].thread = thread;
    sched_setaffinity(thread, sizeof one, &one);
}

void subject_pin(struct subject *subject, int processor)
{
    if (processor >= 0) {
        for_each_thread(subject->server, pin_thread, &processor);
        return;
    }

    while (saved_count > 0) {
        saved_count--;
        sched_setaffinity(saved[saved_count].thread, sizeof(cpu_set_t), &saved[saved_count].processors);
    }
}

static void read_counters(const struct subject *subject, struct counters *counters)
{
    char path[512], line[256];
    snprintf(path, sizeof path, "%s/fs/bobbin/stats", subject->root);
    memset(counters, 0, sizeof *counters);
    FILE *file = subject->server > 0 ? fopen(path, "r") : NULL;
    if (file == NULL)
        return;
    while (counters->count < MAX_COUNTERS && fgets(line, sizeof line, file) != NULL) {
        long long value;
        if (sscanf(line, "%31[a-z_] %lld", counters->name[counters->count], &value) == 2)
            counters->value[counters->count++] = value;
    }
    fclose(file);
}

static void subtract(struct counters *from, const struct counters *what)
{
    for (int i = 0; i < from->count && i < what->count; i++)
        from->value[i] -= what->value[i];
}

void subject_start_counting(struct subject *subject)
{
    // Reading the counters costs operations too: as many as lie between the last two of these readings.
    struct counters first;
    read_counters(subject, &first);
    read_counters(subject, &first);
    read_counters(subject, &subject->before);
    subject->overhead = subject->before;
    subtract(&subject->overhead, &first);
}

void subject_stop_counting(struct subject *subject, struct counters *difference)
{
    read_counters(subject, difference);
    subtract(difference, &subject->before);
    subtract(difference, &subject->overhead);
}
