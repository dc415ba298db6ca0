// Tries everything that may be tried on files of a proc file system, changing nothing, and says what came of it.
// prober ROOT [modify|write] < PATHS: one line an attempt, "path op errno rest", so that two roots can be compared line by line. A path that
// begins with '=' is one whose text stays the same while nobody disturbs the task: its bytes are said too, as a hash. "modify" tries
// on a root that is mounted read-only what would change it otherwise. "write" writes back to each file what it says, and to a path after
// "!VALUE" and a tab that value.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int root;
static const char *path;
static const char *value;
static int hashed, modify, writes;

static void say(const char *op, int error, const char *rest) { printf("%s\t%s\t%s%s%s\n", path, op, error ? strerrorname_np(error) : "ok", *rest ? "\t" : "", rest); }

static void read_all(int fd) {
    static char buffer[65536];
    char rest[64] = "";
    uint64_t hash = 14695981039346656037u;
    long n, all = 0;
    // One byte of what changes by itself; some of it never ends.
    while ((n = read(fd, buffer, hashed ? sizeof buffer : 1)) > 0) {
        // How many signals wait for all of its user's processes is not the task's own matter.
        char *queue = hashed ? memmem(buffer, n, "\nSigQ:\t", 7) : NULL;
        for (queue = queue ? queue + 7 : NULL; queue && queue < buffer + n && *queue != '/'; queue++) *queue = '0';
        all += n;
        for (long i = 0; i < n; i++) hash = (hash ^ (unsigned char)buffer[i]) * 1099511628211u;
        if (!hashed) break;
    }
    int error = n < 0 ? errno : 0;
    if (!error && hashed) snprintf(rest, sizeof rest, "%ld %016lx", all, (unsigned long)hash);
    else if (!error) snprintf(rest, sizeof rest, "%s", all ? "text" : "nothing");
    say("read", error, rest);
}

static long read_text(char *text, size_t size) {
    int fd = openat(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    long n = fd < 0 ? -1 : read(fd, text, size);
    if (fd >= 0) close(fd);
    return n;
}

static void write_to(int fd) {
    static char before[65536], after[65536];
    long n = value ? (long)strlen(value) : read_text(before, sizeof before);
    if (n <= 0) return; // nothing to write back
    long written = write(fd, value ? value : before, n);
    const char *rest = written < 0 ? "" : written < n ? "short" : "all";
    say("write", written < 0 ? errno : 0, rest);
    if (!value) say("kept", 0, read_text(after, sizeof after) == n && !memcmp(before, after, n) ? "yes" : "no");
}

static void probe_file(void) {
    int fd = openat(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    say("open", fd < 0 ? errno : 0, "");
    if (fd >= 0) {
        read_all(fd);
        close(fd);
    }
    fd = openat(root, path, O_WRONLY | O_NONBLOCK | O_NOCTTY);
    say("open-write", fd < 0 ? errno : 0, "");
    if (fd >= 0 && writes) write_to(fd);
    if (fd >= 0) close(fd);
}

static void probe_link(void) {
    char text[4096 + 1];
    long n = readlinkat(root, path, text, sizeof text - 1);
    text[n < 0 ? 0 : n] = 0;
    say("readlink", n < 0 ? errno : 0, text);
    int fd = openat(root, path, O_PATH);
    say("follow", fd < 0 ? errno : 0, "");
    if (fd >= 0) close(fd);
}

static void probe_directory(void) {
    static char buffer[65536];
    int fd = openat(root, path, O_RDONLY | O_DIRECTORY);
    say("open", fd < 0 ? errno : 0, "");
    if (fd < 0) return;
    long n = syscall(SYS_getdents64, fd, buffer, sizeof buffer);
    say("list", n < 0 ? errno : 0, "");
    close(fd);
}

static void try_to(const char *op, long result) { say(op, result < 0 ? errno : 0, ""); }

// A link is not followed: it leads to where this root's being read-only does not count.
static void probe_changes(mode_t mode) {
    if (!S_ISLNK(mode)) {
        int fd = openat(root, path, O_WRONLY | O_TRUNC | O_NONBLOCK | O_NOCTTY);
        try_to("truncate", fd);
        if (fd >= 0) close(fd);
        try_to("chmod", fchmodat(root, path, mode & 07777, 0));
    }
    try_to("chown", fchownat(root, path, -1, -1, AT_SYMLINK_NOFOLLOW));
    try_to("utimes", utimensat(root, path, NULL, AT_SYMLINK_NOFOLLOW));
    try_to("unlink", unlinkat(root, path, 0));
    try_to("rmdir", unlinkat(root, path, AT_REMOVEDIR));
    try_to("rename", renameat(root, path, root, path));
    try_to("mkdir", mkdirat(root, path, 0755));
    try_to("symlink", symlinkat("x", root, path));
    try_to("link", linkat(root, path, root, path, 0));
}

static void probe(void) {
    struct stat status;
    char rest[64] = "";
    int error = fstatat(root, path, &status, AT_SYMLINK_NOFOLLOW) ? errno : 0;
    if (!error) snprintf(rest, sizeof rest, "%o %u:%u", status.st_mode, status.st_uid, status.st_gid);
    say("stat", error, rest);
    for (int mask = 1; mask <= 4; mask *= 2) {
        char op[16];
        snprintf(op, sizeof op, "access-%c", mask == 4 ? 'r' : mask == 2 ? 'w' : 'x');
        if (error || !S_ISLNK(status.st_mode)) say(op, syscall(SYS_faccessat, root, path, mask) ? errno : 0, "");
    }
    if (error || S_ISREG(status.st_mode)) probe_file();
    else if (S_ISLNK(status.st_mode)) probe_link();
    else if (S_ISDIR(status.st_mode)) probe_directory();
    if (modify && !error) probe_changes(status.st_mode);
}

int main(int count, char **arguments) {
    static char line[8192];
    if (count < 2) return 2;
    modify = count > 2 && !strcmp(arguments[2], "modify");
    writes = count > 2 && !strcmp(arguments[2], "write");
    // Opened by the path, each time: a root that only the caller before could enter does not count.
    root = open(arguments[1], O_PATH | O_DIRECTORY);
    if (root < 0) { perror(arguments[1]); return 1; }
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        hashed = line[0] == '=';
        path = line + hashed;
        char *tab = strchr(line, '\t');
        value = tab ? line + 1 : NULL;
        if (tab) {
            *tab = 0;
            path = tab + 1;
        }
        if (!strncmp(path, "self/", 5)) hashed = 0;
        probe();
    }
    return fflush(stdout) ? 1 : 0;
}
