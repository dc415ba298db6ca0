// A process that does what a test tells it: one command a line on stdin, one reply a line on stdout. Words are separated by
// blanks, other bytes than letters, digits and -_./,:= are written as %XX. A failed system call is answered as -errno.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS = 16, LINE = 1 << 20, THREADS = 64 };

struct worker {
    pthread_t thread;
    int tid;
    char name[64];
    pthread_mutex_t lock;
    pthread_cond_t changed;
    char **words; // a command to run, or NULL
    int leave;
};

static struct worker workers[THREADS];
static int exec_pipes[2 * THREADS][2]; // [pid slot]: go, done
static int exec_pids[THREADS];
static char *self_path;

static char reply[LINE];
static size_t reply_length;

static void say(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (reply_length && reply_length < LINE - 64) reply[reply_length++] = ' ';
    reply_length += vsnprintf(reply + reply_length, LINE - reply_length, format, arguments);
    va_end(arguments);
}

static void say_bytes(const char *bytes, size_t length) {
    if (reply_length) reply[reply_length++] = ' ';
    if (!length) reply[reply_length++] = '%'; // an empty word
    for (size_t i = 0; i < length && reply_length < LINE - 8; i++) {
        unsigned char c = bytes[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-_./,:=", c)))
            reply[reply_length++] = c;
        else
            reply_length += sprintf(reply + reply_length, "%%%02X", c);
    }
}

static size_t decode(char *word) {
    char *to = word;
    for (char *from = word; *from; from++) {
        if (*from == '%' && from[1] && from[2]) {
            char digits[3] = {from[1], from[2], 0};
            *to++ = (char)strtol(digits, NULL, 16);
            from += 2;
        } else if (*from != '%') {
            *to++ = *from;
        }
    }
    *to = 0;
    return to - word;
}

static void result(long value) { say("%ld", value < 0 ? (long)-errno : value); }

static void run(char **words);

static void *work(void *argument) {
    struct worker *me = argument;
    prctl(PR_SET_NAME, me->name);
    pthread_mutex_lock(&me->lock);
    me->tid = syscall(SYS_gettid);
    pthread_cond_broadcast(&me->changed);
    while (!me->leave) {
        if (me->words) {
            run(me->words);
            me->words = NULL;
            pthread_cond_broadcast(&me->changed);
        }
        pthread_cond_wait(&me->changed, &me->lock);
    }
    pthread_mutex_unlock(&me->lock);
    return NULL;
}

static struct worker *start_worker(const char *name) {
    for (int i = 0; i < THREADS; i++) {
        struct worker *w = &workers[i];
        if (w->tid) continue;
        memset(w, 0, sizeof *w);
        snprintf(w->name, sizeof w->name, "%s", name);
        pthread_mutex_init(&w->lock, NULL);
        pthread_cond_init(&w->changed, NULL);
        if (pthread_create(&w->thread, NULL, work, w)) return NULL;
        pthread_mutex_lock(&w->lock);
        while (!w->tid) pthread_cond_wait(&w->changed, &w->lock);
        pthread_mutex_unlock(&w->lock);
        return w;
    }
    return NULL;
}

static struct worker *find_worker(int tid) {
    for (int i = 0; i < THREADS; i++)
        if (workers[i].tid == tid) return &workers[i];
    return NULL;
}

// A child dies with its parent, and otherwise only waits.
static void become_child(int parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
}

static void wait_for_ever(void) {
    for (;;) pause();
}

static int fork_with_id(int id) {
    struct clone_args arguments = {.exit_signal = SIGCHLD};
    pid_t ids[1] = {id};
    if (id) {
        arguments.set_tid = (uintptr_t)ids;
        arguments.set_tid_size = 1;
    }
    return syscall(SYS_clone3, &arguments, sizeof arguments);
}

static void *sleeping_thread(void *argument) {
    int *fd = argument;
    int tid = syscall(SYS_gettid);
    prctl(PR_SET_NAME, "survivor");
    if (write(*fd, &tid, sizeof tid) < 0) _exit(1);
    wait_for_ever();
    return NULL;
}

static void zombie_leader(void) {
    static int ends[2];
    if (pipe(ends)) { result(-1); return; }
    int parent = getpid(), pid = fork();
    if (!pid) {
        become_child(parent);
        pthread_t thread;
        pthread_create(&thread, NULL, sleeping_thread, &ends[1]);
        syscall(SYS_exit, 0); // this thread alone
    }
    int tid = 0;
    if (read(ends[0], &tid, sizeof tid) < 0) tid = -1;
    close(ends[0]);
    close(ends[1]);
    char path[64], state = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    while (state != 'Z') { // the leader's exit is asynchronous
        char text[512] = "";
        int fd = open(path, O_RDONLY);
        if (fd < 0 || read(fd, text, sizeof text - 1) < 0) break;
        close(fd);
        char *end = strrchr(text, ')');
        state = end ? end[2] : 0;
    }
    say("%d %d", pid, tid);
}

struct exec_start { int go, tid_out; };

static void *exec_thread(void *argument) {
    struct exec_start *start = argument;
    int tid = syscall(SYS_gettid);
    char byte;
    prctl(PR_SET_PDEATHSIG, SIGKILL); // each thread has its own
    if (write(start->tid_out, &tid, sizeof tid) < 0 || read(start->go, &byte, 1) < 0) _exit(1);
    execl(self_path, "after-exec", "wait", NULL);
    _exit(2);
}

static void exec_child(void) {
    int slot = 0, ids[2];
    while (slot < THREADS && exec_pids[slot]) slot++;
    int *go = exec_pipes[2 * slot], *done = exec_pipes[2 * slot + 1];
    if (pipe2(go, O_CLOEXEC) || pipe2(done, O_CLOEXEC) || pipe(ids)) { result(-1); return; }
    int parent = getpid(), pid = fork();
    if (!pid) {
        static struct exec_start start;
        become_child(parent);
        close(go[1]);
        close(done[0]);
        start.go = go[0];
        start.tid_out = ids[1];
        pthread_t thread;
        pthread_create(&thread, NULL, exec_thread, &start);
        wait_for_ever();
    }
    int tid = 0;
    if (read(ids[0], &tid, sizeof tid) < 0) tid = -1;
    close(ids[0]);
    close(ids[1]);
    close(go[0]);
    close(done[1]);
    exec_pids[slot] = pid;
    say("%d %d", pid, tid);
}

static void exec_go(int pid) {
    for (int slot = 0; slot < THREADS; slot++) {
        if (exec_pids[slot] != pid) continue;
        char byte = 1;
        if (write(exec_pipes[2 * slot][1], &byte, 1) < 0) { result(-1); return; }
        long n = read(exec_pipes[2 * slot + 1][0], &byte, 1); // end of file when exec closes the other end
        result(n);
        return;
    }
    say("-3");
}

static void open_kind(const char *kind) {
    int ends[2], fd = -1;
    if (!strcmp(kind, "pipe")) { fd = pipe(ends) ? -1 : ends[0]; }
    else if (!strcmp(kind, "socket")) fd = socketpair(AF_UNIX, SOCK_STREAM, 0, ends) ? -1 : ends[0];
    else if (!strcmp(kind, "eventfd")) fd = eventfd(7, 0);
    else if (!strcmp(kind, "memfd")) fd = memfd_create("nm", 0);
    else if (!strcmp(kind, "opath")) fd = open("/", O_PATH);
    else if (!strcmp(kind, "deleted")) {
        char name[] = "/tmp/actor-XXXXXX";
        fd = mkstemp(name);
        unlink(name);
    } else errno = EINVAL;
    result(fd);
}

static void list(const char *path) {
    int fd = open(path, O_RDONLY | O_DIRECTORY);
    if (fd < 0) { result(-1); return; }
    static __thread char buffer[32768];
    size_t start = reply_length;
    for (;;) {
        long n = syscall(SYS_getdents64, fd, buffer, sizeof buffer);
        if (n < 0) { reply_length = start; result(-1); break; }
        if (n == 0) break;
        for (long at = 0; at < n; at += *(unsigned short *)(buffer + at + 16))
            say_bytes(buffer + at + 19, strlen(buffer + at + 19));
    }
    close(fd);
}

static void status_of(int fd, const char *path, int flags) {
    struct stat s;
    if (fstatat(fd, path, &s, flags)) { result(-1); return; }
    say("%o %u %u %lu %ld %lu", s.st_mode, s.st_uid, s.st_gid, (unsigned long)s.st_nlink, (long)s.st_size, (unsigned long)s.st_ino);
}

static void read_bytes(int fd, size_t length, long at) {
    char *buffer = malloc(length + 1);
    long n = at < 0 ? read(fd, buffer, length) : pread(fd, buffer, length, at);
    result(n);
    if (n >= 0) say_bytes(buffer, n);
    free(buffer);
}

static void cat(const char *path) {
    int fd = open(path, O_RDONLY);
    if (fd < 0) { result(-1); return; }
    static __thread char buffer[65536];
    size_t length = 0;
    long n;
    while ((n = read(fd, buffer + length, sizeof buffer - length)) > 0) length += n;
    if (n < 0) result(-1);
    else say_bytes(buffer, length);
    close(fd);
}

static void run(char **w) {
    const char *c = w[0];
#define IS(name) !strcmp(c, name)
#define N(i) (w[i] ? strtol(w[i], NULL, 0) : 0)
    if (IS("id")) say("%d %ld %d", getpid(), syscall(SYS_gettid), geteuid());
    else if (IS("thread")) { struct worker *t = start_worker(w[1]); say("%d", t ? t->tid : -EAGAIN); }
    else if (IS("thread-do") || IS("thread-exit")) {
        struct worker *t = find_worker(N(1));
        if (!t) { say("-3"); return; }
        pthread_mutex_lock(&t->lock);
        if (IS("thread-do")) {
            t->words = w + 2;
            pthread_cond_broadcast(&t->changed);
            while (t->words) pthread_cond_wait(&t->changed, &t->lock);
            pthread_mutex_unlock(&t->lock);
        } else {
            t->leave = 1;
            pthread_cond_broadcast(&t->changed);
            pthread_mutex_unlock(&t->lock);
            pthread_join(t->thread, NULL);
            t->tid = 0;
            say("0");
        }
    }
    else if (IS("fork")) {
        int parent = getpid(), pid = fork_with_id(N(1));
        if (!pid) { become_child(parent); wait_for_ever(); }
        result(pid);
    }
    else if (IS("zombie")) {
        int pid = fork();
        if (!pid) _exit(N(1));
        siginfo_t info;
        waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
        result(pid);
    }
    else if (IS("zombie-leader")) zombie_leader();
    else if (IS("exec-child")) exec_child();
    else if (IS("exec-go")) exec_go(N(1));
    else if (IS("kill")) result(kill(N(1), N(2)));
    else if (IS("end")) { // until it is a zombie
        siginfo_t info;
        kill(N(1), SIGKILL);
        result(waitid(P_PID, N(1), &info, WEXITED | WNOWAIT));
    }
    else if (IS("reap")) result(waitpid(N(1), NULL, 0));
    else if (IS("open-kind")) open_kind(w[1]);
    else if (IS("open")) result(open(w[1], N(2), 0));
    else if (IS("openat")) result(openat(N(1), w[2], N(3), 0));
    else if (IS("close")) result(close(N(1)));
    else if (IS("read")) read_bytes(N(1), N(2), -1);
    else if (IS("pread")) read_bytes(N(1), N(2), N(3));
    else if (IS("write")) { char *data = w[2]; size_t n = decode(data); result(write(N(1), data, n)); }
    else if (IS("lseek")) result(lseek(N(1), N(2), N(3)));
    else if (IS("list")) list(w[1]);
    else if (IS("cat")) cat(w[1]);
    else if (IS("lstat")) status_of(AT_FDCWD, w[1], AT_SYMLINK_NOFOLLOW);
    else if (IS("stat")) status_of(AT_FDCWD, w[1], 0);
    else if (IS("fstat")) status_of(N(1), "", AT_EMPTY_PATH);
    else if (IS("readlink")) {
        char text[4096];
        long n = readlink(w[1], text, sizeof text);
        if (n < 0) result(n); else say_bytes(text, n);
    }
    else if (IS("access")) result(syscall(SYS_faccessat, AT_FDCWD, w[1], (int)N(2)));
    else if (IS("chdir")) result(chdir(w[1]));
    else if (IS("fchdir")) result(fchdir(N(1)));
    else if (IS("dumpable")) result(prctl(PR_SET_DUMPABLE, N(1)));
    else if (IS("name")) result(prctl(PR_SET_NAME, w[1]));
    else say("-38");
}

int main(int count, char **arguments) {
    static char line[LINE];
    if (count > 1 && !strcmp(arguments[1], "wait")) wait_for_ever();
    // Who never made a session has no autogroup to show, and so has everything that a service without one starts.
    setsid();
    self_path = count > 1 ? arguments[1] : realpath("/proc/self/exe", NULL);
    while (fgets(line, sizeof line, stdin)) {
        char *words[WORDS + 1] = {0};
        int n = 0;
        line[strcspn(line, "\n")] = 0;
        for (char *word = strtok(line, " "); word && n < WORDS; word = strtok(NULL, " ")) words[n++] = word;
        if (!n) continue;
        reply_length = 0;
        int raw = !strcmp(words[0], "write");
        for (int i = 0; i < n && !raw; i++) decode(words[i]);
        run(words);
        reply[reply_length++] = '\n';
        fwrite(reply, 1, reply_length, stdout);
        fflush(stdout);
    }
    return 0;
}
