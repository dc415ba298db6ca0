// Makes processes and threads, and ends them one by one, for the contract of task sources: one command a line on stdin, one number
// a line on stdout. Each answer comes when /proc shows what was done.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SLOTS = 1024 };

// One for each task, shared by all processes: which it is, whether it has to leave, and which slot a new thread of it gets.
struct slot {
    _Atomic int tid, leave, spawn;
};

static struct slot *slots;
static int used;

static void nap(void) { usleep(1000); }

// Waits until the task of a slot has begun: its id, or an errno after 30 s.
static int begun(struct slot *slot) {
    for (int i = 0; i < 30000 && !slot->tid; i++) nap();
    return slot->tid ? slot->tid : -ETIMEDOUT;
}

static void *live(void *argument) {
    struct slot *slot = argument;
    slot->tid = syscall(SYS_gettid);
    for (;; nap()) {
        int next = slot->spawn;
        if (next) {
            pthread_t thread;
            slot->spawn = 0;
            if (pthread_create(&thread, NULL, live, &slots[next])) _exit(1);
        }
        if (slot->leave) syscall(SYS_exit, 0);
    }
}

static struct slot *find(int tid) {
    for (int i = used; i > 0; i--) // the newest, where an id was used twice
        if (slots[i].tid == tid) return &slots[i];
    return NULL;
}

static int start(int id) {
    if (used + 1 >= SLOTS) return -ENOSPC;
    struct slot *slot = &slots[++used];
    struct clone_args arguments = {.exit_signal = SIGCHLD};
    pid_t ids[1] = {id};
    if (id) {
        arguments.set_tid = (uintptr_t)ids;
        arguments.set_tid_size = 1;
    }
    int parent = getpid(), pid = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid < 0) return -errno;
    if (!pid) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(1);
        live(slot);
    }
    return begun(slot);
}

static int start_thread(int process) {
    struct slot *slot = find(process);
    if (!slot || used + 1 >= SLOTS) return -ESRCH;
    struct slot *next = &slots[++used];
    slot->spawn = used;
    return begun(next);
}

// The state letter of a task; 0 where it is gone.
static int state(int tid) {
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%d/stat", tid);
    int fd = open(path, O_RDONLY);
    if (fd < 0) return 0;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    if (n <= 0) return 0;
    text[n] = 0;
    return strrchr(text, ')')[2];
}

static int end_thread(int tid) {
    struct slot *slot = find(tid);
    if (!slot) return -ESRCH;
    slot->leave = 1;
    for (int i = 0; i < 30000; i++, nap()) {
        int now = state(tid);
        if (!now || now == 'Z') return 0;
    }
    return -ETIMEDOUT;
}

int main(void) {
    slots = mmap(NULL, SLOTS * sizeof *slots, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (slots == MAP_FAILED) return 1;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setlinebuf(stdout);
    char line[128], name[32];
    while (fgets(line, sizeof line, stdin)) {
        int id = 0, answer = -ENOSYS;
        siginfo_t info;
        if (sscanf(line, "%31s %d", name, &id) < 1) continue;
        if (!strcmp(name, "id")) answer = getpid();
        else if (!strcmp(name, "start")) answer = start(id);
        else if (!strcmp(name, "thread")) answer = start_thread(id);
        else if (!strcmp(name, "end-thread")) answer = end_thread(id);
        else if (!strcmp(name, "end")) {
            kill(id, SIGKILL);
            answer = waitid(P_PID, id, &info, WEXITED | WNOWAIT) ? -errno : 0;
        } else if (!strcmp(name, "reap")) answer = waitpid(id, NULL, 0) == id ? 0 : -errno;
        printf("%d\n", answer);
    }
    return 0;
}
