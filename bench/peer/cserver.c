// cserver DIRECTORY PROCESSES THREADS [--flush] [--clone-fd]: a /proc of that many made-up processes of that many threads each, served
// in the foreground by libfuse3's low-level interface and its multi-threaded loop, with nothing cached: no lifetimes, direct I/O.
// It is the peer that Bobbin is measured against, so it does no more work for a request than the answer needs.
//
//   --flush     answer FLUSH (one more round trip at each close); without it the kernel asks once, gets ENOSYS and asks no more
//   --clone-fd  a /dev/fuse descriptor for each thread
//
// Process number p has id FIRST + p * threads; its other threads have the ids after that.
#define FUSE_USE_VERSION 312
#include <errno.h>
#include <fuse_lowlevel.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FIRST = 1, TEXT_SIZE = 4096, FIRST_PROCESS_POSITION = 258 };

static int process_count, thread_count;

// A node id: the task's id << 8 | in task/TID << 7 | place in the table of task entries, or, without a task, place in the static table.
enum { IN_THREAD = 0x80, ENTRY = 0x7F };

typedef int text_of(char *text, int id); // writes up to TEXT_SIZE bytes, returns how many

static bool is_task(int id) { return id >= FIRST && id < FIRST + process_count * thread_count; }
static int group_of(int id) { return id - (id - FIRST) % thread_count; }

static int task_stat(char *text, int id)
{
    return snprintf(text, TEXT_SIZE, "%d (worker) S 1 %d %d 0 -1 4194304 120 0 0 0 7 3 0 0 20 0 %d 0 %d 8388608 220 18446744073709551615 "
        "4194304 4214784 140722580316000 0 0 0 0 4096 0 1 0 0 17 0 0 0 0 0 0 4222976 4223616 30277632 140722580320000 "
        "140722580320010 140722580320010 140722580324335 0\n", id, group_of(id), group_of(id), thread_count, 100 + id);
}

static int task_status(char *text, int id)
{
    return snprintf(text, TEXT_SIZE, "Name:\tworker\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t1\n"
        "TracerPid:\t0\nUid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nFDSize:\t64\nGroups:\t1000 \nNStgid:\t%d\n"
        "NSpid:\t%d\nNSpgid:\t%d\nNSsid:\t%d\nKthread:\t0\nVmPeak:\t    8192 kB\nVmSize:\t    8192 kB\nVmLck:\t       0 kB\n"
        "VmPin:\t       0 kB\nVmHWM:\t     880 kB\nVmRSS:\t     880 kB\nRssAnon:\t     100 kB\nRssFile:\t     780 kB\n"
        "RssShmem:\t       0 kB\nVmData:\t     200 kB\nVmStk:\t     132 kB\nVmExe:\t      20 kB\nVmLib:\t    1600 kB\n"
        "VmPTE:\t      56 kB\nVmSwap:\t       0 kB\nThreads:\t%d\nSigQ:\t0/96364\nSigPnd:\t0000000000000000\n"
        "ShdPnd:\t0000000000000000\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\nSigCgt:\t0000000000000000\n"
        "CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:\t000001ffffffffff\n"
        "CapAmb:\t0000000000000000\nNoNewPrivs:\t0\nSeccomp:\t0\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\nMems_allowed:\t1\n"
        "Mems_allowed_list:\t0\nvoluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t1\n", group_of(id), id, group_of(id), id,
        group_of(id), group_of(id), thread_count);
}

static int task_statm(char *text, int id) { (void)id; return snprintf(text, TEXT_SIZE, "2048 220 195 5 0 83 0\n"); }
static int task_comm(char *text, int id) { (void)id; return snprintf(text, TEXT_SIZE, "worker\n"); }
static int task_cmdline(char *text, int id) { return snprintf(text, TEXT_SIZE, "worker%c%d", 0, id) + 1; }
static int task_nothing(char *text, int id) { (void)text; (void)id; return 0; }
static int task_wchan(char *text, int id) { (void)id; return snprintf(text, TEXT_SIZE, "0"); }
static int task_cgroup(char *text, int id) { (void)id; return snprintf(text, TEXT_SIZE, "0::/\n"); }

static int uptime(char *text, int id) { (void)id; return snprintf(text, TEXT_SIZE, "86400.00 172000.00\n"); }
static int loadavg(char *text, int id)
{
    (void)id;
    return snprintf(text, TEXT_SIZE, "0.10 0.20 0.30 1/%d %d\n", process_count * thread_count, process_count * thread_count);
}
static int machine_stat(char *text, int id)
{
    (void)id;
    return snprintf(text, TEXT_SIZE, "cpu  8000 0 4000 17200000 100 0 50 0 0 0\ncpu0 4000 0 2000 8600000 50 0 25 0 0 0\n"
        "cpu1 4000 0 2000 8600000 50 0 25 0 0 0\nintr 1000000\nctxt 2000000\nbtime 1700000000\nprocesses %d\nprocs_running 1\n"
        "procs_blocked 0\nsoftirq 500000 0 0 0 0 0 0 0 0 0 0\n", process_count * thread_count);
}
static int meminfo(char *text, int id)
{
    (void)id;
    return snprintf(text, TEXT_SIZE, "MemTotal:       16000000 kB\nMemFree:        12000000 kB\nMemAvailable:   14000000 kB\n"
        "Buffers:           10000 kB\nCached:          2000000 kB\nSwapCached:            0 kB\nActive:          1000000 kB\n"
        "Inactive:        1000000 kB\nSwapTotal:             0 kB\nSwapFree:              0 kB\nDirty:               100 kB\n"
        "Shmem:              1000 kB\nSlab:             100000 kB\nSReclaimable:      60000 kB\nSUnreclaim:        40000 kB\n");
}
static int cpuinfo(char *text, int id)
{
    (void)id;
    return snprintf(text, TEXT_SIZE, "processor\t: 0\nmodel name\t: made up\ncpu MHz\t\t: 2000.000\n\nprocessor\t: 1\n"
        "model name\t: made up\ncpu MHz\t\t: 2000.000\n\n");
}
static int version(char *text, int id) { (void)id; return snprintf(text, TEXT_SIZE, "Linux version 6.12.0 (c@server) #1 SMP\n"); }
static int filesystems(char *text, int id) { (void)id; return snprintf(text, TEXT_SIZE, "nodev\tproc\n"); }
static int pid_max(char *text, int id) { (void)id; return snprintf(text, TEXT_SIZE, "4194304\n"); }
static int osrelease(char *text, int id) { (void)id; return snprintf(text, TEXT_SIZE, "6.12.0\n"); }
static int statistics(char *text, int id);

struct entry {
    const char *name;
    mode_t mode;
    text_of *text;
    int parent; // static entries only: place in the table
};

enum { TASK = 1 };
static const struct entry task_entries[] = {
    { "", S_IFDIR | 0555, NULL, 0 },
    { "task", S_IFDIR | 0555, NULL, 0 },
    { "environ", S_IFREG | 0400, task_nothing, 0 },
    { "status", S_IFREG | 0444, task_status, 0 },
    { "comm", S_IFREG | 0644, task_comm, 0 },
    { "cmdline", S_IFREG | 0444, task_cmdline, 0 },
    { "stat", S_IFREG | 0444, task_stat, 0 },
    { "statm", S_IFREG | 0444, task_statm, 0 },
    { "maps", S_IFREG | 0444, task_nothing, 0 },
    { "wchan", S_IFREG | 0444, task_wchan, 0 },
    { "cgroup", S_IFREG | 0444, task_cgroup, 0 },
};

enum { ROOT = 1, SELF = 18, THREAD_SELF = 19, SYS = 4, FS = 2, KERNEL = 12, BOBBIN = 13 };
static const struct entry static_entries[] = {
    { "", 0, NULL, 0 },
    { "", S_IFDIR | 0555, NULL, 0 },
    { "fs", S_IFDIR | 0555, NULL, ROOT },
    { "stat", S_IFREG | 0444, machine_stat, ROOT },
    { "sys", S_IFDIR | 0555, NULL, ROOT },
    { "uptime", S_IFREG | 0444, uptime, ROOT },
    { "cpuinfo", S_IFREG | 0444, cpuinfo, ROOT },
    { "loadavg", S_IFREG | 0444, loadavg, ROOT },
    { "meminfo", S_IFREG | 0444, meminfo, ROOT },
    { "version", S_IFREG | 0444, version, ROOT },
    { "filesystems", S_IFREG | 0444, filesystems, ROOT },
    { "pid_max", S_IFREG | 0644, pid_max, KERNEL },
    { "kernel", S_IFDIR | 0555, NULL, SYS },
    { "bobbin", S_IFDIR | 0555, NULL, FS },
    { "stats", S_IFREG | 0444, statistics, BOBBIN },
    { "osrelease", S_IFREG | 0444, osrelease, KERNEL },
    { "hostname", S_IFREG | 0444, version, KERNEL },
    { "ostype", S_IFREG | 0444, osrelease, KERNEL },
    { "self", S_IFLNK | 0777, NULL, ROOT },
    { "thread-self", S_IFLNK | 0777, NULL, ROOT },
};

enum { TASK_ENTRIES = sizeof task_entries / sizeof *task_entries, STATIC_ENTRIES = sizeof static_entries / sizeof *static_entries };

enum operation { LOOKUP, GETATTR, READLINK, OPEN, READ, FLUSH, RELEASE, OPENDIR, READDIR, RELEASEDIR, FORGET, OPERATIONS };
static const char *const operation_names[OPERATIONS] = {
    "lookup", "getattr", "readlink", "open", "read", "flush", "release", "opendir", "readdir", "releasedir", "forget" };
static _Atomic long counts[OPERATIONS];

static void count(enum operation operation) { atomic_fetch_add_explicit(&counts[operation], 1, memory_order_relaxed); }

static int statistics(char *text, int id)
{
    int length = 0;
    (void)id;
    for (int i = 0; i < OPERATIONS; i++)
        length += snprintf(text + length, (size_t)(TEXT_SIZE - length), "%s %ld\n", operation_names[i], atomic_load(&counts[i]));
    return length;
}

static const struct entry *entry_of(fuse_ino_t node)
{
    return node >> 8 != 0 ? &task_entries[node & ENTRY] : &static_entries[node];
}

static struct stat attributes_of(fuse_ino_t node)
{
    struct stat attributes = { .st_ino = node, .st_mode = entry_of(node)->mode, .st_nlink = 1, .st_blksize = 1024 };
    if (S_ISDIR(attributes.st_mode))
        attributes.st_nlink = node >> 8 == 0 ? 2 : (node & ENTRY) == TASK ? (nlink_t)thread_count + 2 : 9;
    if (node >> 8 != 0)
        attributes.st_uid = attributes.st_gid = 1000;
    return attributes;
}

// A name of digits as a number; 0 (no task's id) for every other name.
static int number_of(const char *name)
{
    int number = 0;
    for (; *name >= '0' && *name <= '9' && number < 10000000; name++)
        number = number * 10 + *name - '0';
    return *name == 0 ? number : 0;
}

static fuse_ino_t find(fuse_ino_t parent, const char *name)
{
    int id = number_of(name);
    if (parent == ROOT && is_task(id))
        return (fuse_ino_t)id << 8;
    if (parent >> 8 == 0) {
        for (int i = ROOT + 1; i < STATIC_ENTRIES; i++)
            if (static_entries[i].parent == (int)parent && strcmp(static_entries[i].name, name) == 0)
                return (fuse_ino_t)i;
        return 0;
    }

    if ((parent & ENTRY) == TASK)
        return is_task(id) && group_of(id) == group_of((int)(parent >> 8)) ? (fuse_ino_t)id << 8 | IN_THREAD : 0;
    for (int i = TASK; (parent & ENTRY) == 0 && i < TASK_ENTRIES; i++)
        if (strcmp(task_entries[i].name, name) == 0 && !(i == TASK && (parent & IN_THREAD)))
            return parent | (fuse_ino_t)i;
    return 0;
}

static void answer_lookup(fuse_req_t request, fuse_ino_t parent, const char *name)
{
    count(LOOKUP);
    fuse_ino_t node = find(parent, name);
    if (node == 0) {
        fuse_reply_err(request, ENOENT);
        return;
    }

    struct fuse_entry_param entry = { .ino = node, .attr = attributes_of(node) };
    fuse_reply_entry(request, &entry);
}

static void answer_forget(fuse_req_t request, fuse_ino_t node, uint64_t lookups)
{
    (void)node;
    (void)lookups;
    count(FORGET);
    fuse_reply_none(request);
}

static void answer_getattr(fuse_req_t request, fuse_ino_t node, struct fuse_file_info *file)
{
    (void)file;
    count(GETATTR);
    struct stat attributes = attributes_of(node);
    fuse_reply_attr(request, &attributes, 0);
}

static void answer_readlink(fuse_req_t request, fuse_ino_t node)
{
    // Nobody who reads this tree has an id in it; the first task stands for everybody.
    count(READLINK);
    fuse_reply_readlink(request, node == SELF ? "1" : "1/task/1");
}

static void answer_open(fuse_req_t request, fuse_ino_t node, struct fuse_file_info *file)
{
    (void)node;
    count(OPEN);
    file->direct_io = 1;
    fuse_reply_open(request, file);
}

static void answer_read(fuse_req_t request, fuse_ino_t node, size_t size, off_t offset, struct fuse_file_info *file)
{
    (void)file;
    count(READ);
    char text[TEXT_SIZE];
    int length = entry_of(node)->text(text, (int)(node >> 8));
    if (offset >= length) {
        fuse_reply_buf(request, NULL, 0);
        return;
    }

    size_t left = (size_t)(length - offset);
    fuse_reply_buf(request, text + offset, left < size ? left : size);
}

static void answer_flush(fuse_req_t request, fuse_ino_t node, struct fuse_file_info *file)
{
    (void)node;
    (void)file;
    count(FLUSH);
    fuse_reply_err(request, 0);
}

static void answer_release(fuse_req_t request, fuse_ino_t node, struct fuse_file_info *file)
{
    (void)node;
    (void)file;
    count(RELEASE);
    fuse_reply_err(request, 0);
}

static void answer_opendir(fuse_req_t request, fuse_ino_t node, struct fuse_file_info *file)
{
    (void)node;
    count(OPENDIR);
    fuse_reply_open(request, file);
}

static void answer_releasedir(fuse_req_t request, fuse_ino_t node, struct fuse_file_info *file)
{
    (void)node;
    (void)file;
    count(RELEASEDIR);
    fuse_reply_err(request, 0);
}

struct listing {
    fuse_req_t request;
    char *buffer;
    size_t size, length;
};

static bool add(struct listing *listing, const char *name, fuse_ino_t node, off_t next)
{
    struct stat attributes = { .st_ino = node, .st_mode = entry_of(node)->mode };
    size_t room = listing->size - listing->length;
    size_t length = fuse_add_direntry(listing->request, listing->buffer + listing->length, room, name, &attributes, next);
    if (length > room)
        return false;
    listing->length += length;
    return true;
}

static void list_root(struct listing *listing, off_t position)
{
    char name[16];
    bool room = true;
    for (int i = (int)position + ROOT + 1; i < STATIC_ENTRIES && room; i++)
        if (static_entries[i].parent == ROOT)
            room = add(listing, static_entries[i].name, (fuse_ino_t)i, i - ROOT);

    int from = position <= FIRST_PROCESS_POSITION ? 0 : (int)(position - FIRST_PROCESS_POSITION);
    for (int process = from; process < process_count && room; process++) {
        int id = FIRST + process * thread_count;
        snprintf(name, sizeof name, "%d", id);
        room = add(listing, name, (fuse_ino_t)id << 8, FIRST_PROCESS_POSITION + process + 1);
    }
}

static void list_threads(struct listing *listing, int group, off_t position)
{
    char name[16];
    for (int thread = (int)position; thread < thread_count; thread++) {
        snprintf(name, sizeof name, "%d", group + thread);
        if (!add(listing, name, (fuse_ino_t)(group + thread) << 8 | IN_THREAD, thread + 1))
            return;
    }
}

static void answer_readdir(fuse_req_t request, fuse_ino_t node, size_t size, off_t position, struct fuse_file_info *file)
{
    (void)file;
    count(READDIR);
    struct listing listing = { request, malloc(size), size, 0 };
    if (listing.buffer == NULL) {
        fuse_reply_err(request, ENOMEM);
        return;
    }

    if (node == ROOT) {
        list_root(&listing, position);
    } else if (node >> 8 == 0) {
        for (int i = (int)position + 1; i < STATIC_ENTRIES; i++)
            if (static_entries[i].parent == (int)node && !add(&listing, static_entries[i].name, (fuse_ino_t)i, i))
                break;
    } else if ((node & ENTRY) == TASK) {
        list_threads(&listing, group_of((int)(node >> 8)), position);
    } else {
        for (int i = (int)position + 1; i < TASK_ENTRIES; i++)
            if (!add(&listing, task_entries[i].name, node | (fuse_ino_t)i, i))
                break;
    }

    fuse_reply_buf(request, listing.buffer, listing.length);
    free(listing.buffer);
}

int main(int argc, char **argv)
{
    bool flush = false, clone_fd = false;
    for (int i = 4; i < argc; i++) {
        flush |= strcmp(argv[i], "--flush") == 0;
        clone_fd |= strcmp(argv[i], "--clone-fd") == 0;
    }

    if (argc < 4 || (process_count = atoi(argv[2])) < 1 || (thread_count = atoi(argv[3])) < 1) {
        fprintf(stderr, "usage: cserver DIRECTORY PROCESSES THREADS [--flush] [--clone-fd]\n");
        return 2;
    }

    struct fuse_lowlevel_ops operations = {
        .lookup = answer_lookup, .forget = answer_forget, .getattr = answer_getattr, .readlink = answer_readlink,
        .open = answer_open, .read = answer_read, .flush = flush ? answer_flush : NULL, .release = answer_release,
        .opendir = answer_opendir, .readdir = answer_readdir, .releasedir = answer_releasedir,
    };

    char *words[] = { argv[0], "-o", "allow_other,fsname=cserver", NULL };
    struct fuse_args arguments = FUSE_ARGS_INIT(3, words);
    struct fuse_session *session = fuse_session_new(&arguments, &operations, sizeof operations, NULL);
    if (session == NULL || fuse_set_signal_handlers(session) != 0 || fuse_session_mount(session, argv[1]) != 0)
        return 1;

    struct fuse_loop_config *loop = fuse_loop_cfg_create();
    fuse_loop_cfg_set_clone_fd(loop, clone_fd);
    int failed = fuse_session_loop_mt(session, loop) < 0;
    fuse_loop_cfg_destroy(loop);
    fuse_session_unmount(session);
    fuse_session_destroy(session);
    return failed;
}
