// reader: one operation on several /procs by turns, and what it cost each of them, as JSON.
//
//   reader OPERATION [--turns T] [--batch B] [--readers R] [--pin PROCESSOR] [--to-end] (--subject NAME ROOT SERVER EXTRA)...
//
//   stat        open, read, close of ROOT/ID/stat, over the ids of the file EXTRA; every subject has been walked (or the command run) once before
//   file NAME   open, read, close of ROOT/NAME
//   list        open, read to the end, close of the directory ROOT
//   exec "CMD"  CMD in a mount namespace with ROOT over /proc (EXTRA: words to put before it; ROOT -: no mount); output discarded
//
// A turn is B operations on one subject by each of R processes; then comes the next subject's turn, so that whatever else the
// machine does meets all of them alike. SERVER is a process id, 0 for the kernel.
#define _GNU_SOURCE
#include "subject.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_SUBJECTS = 16, MAX_TURNS = 1000, MAX_READERS = 64, MAX_WORDS = 64 };

static struct {
    const char *operation, *argument;
    int turns, batch, readers, processor;
    bool to_end;
    int subject_count;
    struct subject subjects[MAX_SUBJECTS];
} plan = { .turns = 20, .batch = 100, .readers = 1, .processor = -1 };

// What the processes share: where they wait for each other, and what each of them saw in the last turn.
static struct {
    pthread_barrier_t start, end;
    struct { int64_t began, ended, failures, items; } reader[MAX_READERS];
} *shared;

struct result {
    double time[MAX_TURNS], server_time[MAX_TURNS], client_time[MAX_TURNS]; // nanoseconds an operation
    double first; // an operation of the first walk
    int64_t failures, items;
    struct counters requests;
};

static char buffer[128 * 1024];

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static bool read_file(const char *path)
{
    int file = open(path, O_RDONLY);
    if (file < 0)
        return false;
    ssize_t count = read(file, buffer, sizeof buffer);
    bool good = count > 0;
    while (plan.to_end && count > 0)
        count = read(file, buffer, sizeof buffer);
    close(file);
    return good && count >= 0;
}

// The number of names, or -1.
static int list(const char *path)
{
    int directory = open(path, O_RDONLY | O_DIRECTORY), names = 0;
    if (directory < 0)
        return -1;
    long count;
    while ((count = syscall(SYS_getdents64, directory, buffer, 32768)) > 0)
        for (long at = 0; at < count; at += *(unsigned short *)(buffer + at + 16)) // d_reclen
            names++;
    close(directory);
    return count < 0 ? -1 : names;
}

// One operation; false when it failed. Operation number n of a walk over the subject's ids.
static bool operate(const struct subject *subject, int64_t n, int64_t *items)
{
    char path[512];
    if (plan.operation[0] == 's') {
        snprintf(path, sizeof path, "%s/%d/stat", subject->root, subject->ids[n % subject->id_count]);
        return read_file(path);
    }

    if (plan.operation[0] == 'f') {
        snprintf(path, sizeof path, "%s/%s", subject->root, plan.argument);
        return read_file(path);
    }

    int names = list(subject->root);
    if (names >= 0)
        *items = names;
    return names > 0;
}

static void be_a_reader(int number)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (plan.processor >= 0) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(plan.processor, &one);
        sched_setaffinity(0, sizeof one, &one);
    }

    for (int turn = 0; turn < plan.turns; turn++)
        for (int i = 0; i < plan.subject_count; i++) {
            int64_t from = ((int64_t)turn * plan.readers + number) * plan.batch, failures = 0, items = 0;
            pthread_barrier_wait(&shared->start);
            int64_t began = now();
            for (int n = 0; n < plan.batch; n++)
                failures += !operate(&plan.subjects[i], from + n, &items);
            shared->reader[number].ended = now();
            shared->reader[number].began = began;
            shared->reader[number].failures = failures;
            shared->reader[number].items = items;
            pthread_barrier_wait(&shared->end);
        }
    _exit(0);
}

// Everything looked up once, so that what follows is the steady state; what the first time cost is a figure of its own.
static double first_walk(const struct subject *subject, int64_t *failures)
{
    int64_t count = plan.operation[0] == 's' ? subject->id_count : 1, began = now(), items;
    for (int64_t n = 0; n < count; n++)
        *failures += !operate(subject, n, &items);
    return (double)(now() - began) / (double)count;
}

static void take_turns(struct result *results)
{
    pthread_barrierattr_t between_processes;
    pthread_barrierattr_init(&between_processes);
    pthread_barrierattr_setpshared(&between_processes, PTHREAD_PROCESS_SHARED);
    pthread_barrier_init(&shared->start, &between_processes, (unsigned)plan.readers + 1);
    pthread_barrier_init(&shared->end, &between_processes, (unsigned)plan.readers + 1);
    for (int r = 0; r < plan.readers; r++)
        if (fork() == 0)
            be_a_reader(r);

    for (int turn = 0; turn < plan.turns; turn++)
        for (int i = 0; i < plan.subject_count; i++) {
            struct result *result = &results[i];
            int64_t server = subject_server_time(&plan.subjects[i]);
            pthread_barrier_wait(&shared->start);
            pthread_barrier_wait(&shared->end);
            server = subject_server_time(&plan.subjects[i]) - server;

            int64_t began = INT64_MAX, ended = 0;
            for (int r = 0; r < plan.readers; r++) {
                began = shared->reader[r].began < began ? shared->reader[r].began : began;
                ended = shared->reader[r].ended > ended ? shared->reader[r].ended : ended;
                result->failures += shared->reader[r].failures;
                result->items = shared->reader[r].items;
            }

            double operations = (double)plan.batch * plan.readers;
            result->time[turn] = (double)(ended - began) / operations;
            result->server_time[turn] = (double)server / operations;
        }
    while (wait(NULL) > 0)
        ;
}

// In a new process: the subject's root over /proc for this process alone, the word to go, the command.
static void be_the_command(const struct subject *subject, int ready, int go)
{
    static char prefix[1024], command[1024];
    char *words[MAX_WORDS + 1];
    int count = 0;
    snprintf(prefix, sizeof prefix, "%s", strcmp(subject->extra, "-") == 0 ? "" : subject->extra);
    snprintf(command, sizeof command, "%s", plan.argument);
    for (char *word = strtok(prefix, " "); word != NULL && count < MAX_WORDS; word = strtok(NULL, " "))
        words[count++] = word;
    for (char *word = strtok(command, " "); word != NULL && count < MAX_WORDS; word = strtok(NULL, " "))
        words[count++] = word;
    words[count] = NULL;

    bool mounts = strcmp(subject->root, "-") != 0;
    if (unshare(CLONE_NEWNS | (mounts ? CLONE_NEWPID : 0)) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
        || (mounts && strcmp(subject->root, "/proc") != 0 && mount(subject->root, "/proc", NULL, MS_BIND, NULL) != 0)) {
        perror(subject->root);
        _exit(126);
    }

    // ps looks for its own process id, which no made-up /proc has, unless that id is 1.
    pid_t child = mounts ? fork() : 0;
    if (child != 0) {
        int status = -1;
        waitpid(child, &status, 0);
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 126);
    }

    if (plan.processor >= 0) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(plan.processor, &one);
        sched_setaffinity(0, sizeof one, &one);
    }

    char byte = 0;
    dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
    if (write(ready, &byte, 1) != 1 || read(go, &byte, 1) != 1)
        _exit(126);
    execvp(words[0], words);
    perror(words[0]);
    _exit(127);
}

// How many threads the machine has now: what ps -eL would list.
static int64_t count_threads(void)
{
    char text[128] = "";
    FILE *file = fopen("/proc/loadavg", "r");
    char *slash = file != NULL && fgets(text, sizeof text, file) != NULL ? strchr(text, '/') : NULL;
    if (file != NULL)
        fclose(file);
    return slash == NULL ? 0 : atoll(slash + 1);
}

static void run_command(const struct subject *subject, struct result *result, int turn)
{
    int ready[2], go[2], status = -1;
    char byte = 0;
    if (pipe2(ready, O_CLOEXEC) != 0 || pipe2(go, O_CLOEXEC) != 0)
        exit(1);
    pid_t child = fork();
    if (child == 0)
        be_the_command(subject, ready[1], go[0]);

    close(ready[1]);
    struct rusage usage = { 0 };
    bool started = read(ready[0], &byte, 1) == 1;
    int64_t server = subject_server_time(subject), began = now();
    if (started && write(go[1], &byte, 1) != 1)
        started = false;
    wait4(child, &status, 0, &usage);
    result->time[turn] = (double)(now() - began);
    result->server_time[turn] = (double)(subject_server_time(subject) - server);
    result->client_time[turn] = ((double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)) * 1e3;
    result->items = count_threads();
    result->failures += !started || status != 0;
    close(ready[0]);
    close(go[0]);
    close(go[1]);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_times(const char *name, const double *times)
{
    static double sorted[MAX_TURNS];
    memcpy(sorted, times, sizeof(double) * (size_t)plan.turns);
    qsort(sorted, (size_t)plan.turns, sizeof(double), ascending);
    double median = (sorted[(plan.turns - 1) / 2] + sorted[plan.turns / 2]) / 2;
    printf("\"%s\": { \"min\": %.0f, \"median\": %.0f, \"turns\": [", name, sorted[0], median);
    for (int turn = 0; turn < plan.turns; turn++)
        printf("%s%.0f", turn == 0 ? "" : ",", times[turn]);
    printf("] }");
}

static void print(const struct subject *subject, const struct result *result, bool last)
{
    printf("  { \"name\": \"%s\",\n    ", subject->name);
    print_times("time", result->time);
    printf(",\n    ");
    print_times("server", result->server_time);
    printf(",\n    ");
    print_times("client", result->client_time);
    printf(",\n    \"first\": %.0f, \"failures\": %lld, \"items\": %lld,\n    \"requests\": {", result->first,
        (long long)result->failures, (long long)result->items);
    double operations = plan.operation[0] == 'e' ? plan.turns : (double)plan.turns * plan.batch * plan.readers;
    bool first = true;
    for (int i = 0; i < result->requests.count; i++)
        if (result->requests.value[i] != 0) {
            printf("%s \"%s\": %.4f", first ? "" : ",", result->requests.name[i], (double)result->requests.value[i] / operations);
            first = false;
        }
    printf(" } }%s\n", last ? "" : ",");
}

static int usage(void)
{
    fprintf(stderr, "usage: reader stat|list|file NAME|exec COMMAND [--turns T] [--batch B] [--readers R] [--pin PROCESSOR] "
        "[--to-end] (--subject NAME ROOT SERVER EXTRA)...\n");
    return 2;
}

static bool parse(int argc, char **argv)
{
    int at = 1;
    if (argc < 2)
        return false;
    plan.operation = argv[at++];
    if (strcmp(plan.operation, "file") == 0 || strcmp(plan.operation, "exec") == 0)
        plan.argument = at < argc ? argv[at++] : "";
    else if (strcmp(plan.operation, "stat") != 0 && strcmp(plan.operation, "list") != 0)
        return false;

    for (; at < argc; at++) {
        int left = argc - at - 1;
        if (strcmp(argv[at], "--to-end") == 0) {
            plan.to_end = true;
        } else if (strcmp(argv[at], "--subject") == 0 && left >= 4 && plan.subject_count < MAX_SUBJECTS) {
            plan.subjects[plan.subject_count++] = (struct subject) {
                .name = argv[at + 1], .root = argv[at + 2], .server = atoi(argv[at + 3]), .extra = argv[at + 4] };
            at += 4;
        } else if (left >= 1) {
            int *number = strcmp(argv[at], "--turns") == 0 ? &plan.turns
                : strcmp(argv[at], "--batch") == 0 ? &plan.batch
                : strcmp(argv[at], "--readers") == 0 ? &plan.readers
                : strcmp(argv[at], "--pin") == 0 ? &plan.processor : NULL;
            if (number == NULL)
                return false;
            *number = atoi(argv[++at]);
        } else {
            return false;
        }
    }

    return plan.subject_count > 0 && plan.turns >= 1 && plan.turns <= MAX_TURNS && plan.batch >= 1
        && plan.readers >= 1 && plan.readers <= MAX_READERS;
}

int main(int argc, char **argv)
{
    if (!parse(argc, argv))
        return usage();

    struct result *results = calloc((size_t)plan.subject_count, sizeof *results);
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (results == NULL || shared == MAP_FAILED)
        return 1;

    bool exec = strcmp(plan.operation, "exec") == 0;
    for (int i = 0; i < plan.subject_count; i++) {
        struct subject *subject = &plan.subjects[i];
        if (strcmp(plan.operation, "stat") == 0)
            subject_load_ids(subject);
        if (plan.processor >= 0)
            subject_pin(subject, plan.processor);
        if (exec) {
            run_command(subject, &results[i], 0);
            results[i].first = results[i].time[0];
        } else {
            results[i].first = first_walk(subject, &results[i].failures);
        }
        subject_start_counting(subject);
    }

    if (exec) {
        for (int turn = 0; turn < plan.turns; turn++)
            for (int i = 0; i < plan.subject_count; i++)
                run_command(&plan.subjects[i], &results[i], turn);
    } else {
        take_turns(results);
    }

    printf("{ \"operation\": \"%s\", \"argument\": \"%s\", \"readers\": %d, \"processor\": %d, \"batch\": %d, \"subjects\": [\n",
        plan.operation, plan.argument == NULL ? "" : plan.argument, plan.readers, plan.processor, plan.batch);
    for (int i = 0; i < plan.subject_count; i++) {
        subject_stop_counting(&plan.subjects[i], &results[i].requests);
        print(&plan.subjects[i], &results[i], i == plan.subject_count - 1);
    }
    printf("] }\n");
    subject_pin(NULL, -1);
    return 0;
}
