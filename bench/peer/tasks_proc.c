// tasks_proc: reads stat of every process and thread, with as few system calls as there are ways to: what a careful C program does.
#define _GNU_SOURCE
#include "tasks.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct entry {
    uint64_t inode;
    int64_t next;
    unsigned short length;
    unsigned char type;
    char name[];
};

static struct task *tasks;
static int capacity, count;
static int root;
static char root_list[64 * 1024], thread_list[32 * 1024], text[4096];

static int64_t number(const char **at)
{
    const char *c = *at;
    int negative = *c == '-';
    c += negative;
    uint64_t value = 0;
    while (*c >= '0' && *c <= '9')
        value = value * 10 + (uint64_t)(*c++ - '0');
    *at = c + 1; // and the blank
    return negative ? -(int64_t)value : (int64_t)value;
}

static struct task *add(void)
{
    if (count == capacity) {
        capacity = capacity ? capacity * 2 : 1024;
        tasks = realloc(tasks, (size_t)capacity * sizeof *tasks);
        if (tasks == NULL)
            abort();
    }

    return tasks + count;
}

// The threads of the process, 0 where it is gone.
static int read_stat(int directory, const char *path, int group)
{
    int file = openat(directory, path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return 0;
    ssize_t length = read(file, text, sizeof text - 1);
    close(file);
    if (length <= 0)
        return 0;

    text[length] = 0;
    char *open = strchr(text, '('), *end = strrchr(text, ')');
    if (open == NULL || end == NULL)
        return 0;
    struct task *task = add();
    const char *at = text;
    task->id = (int32_t)number(&at);
    task->group = group ? group : task->id;
    size_t name = (size_t)(end - open - 1);
    memset(task->name, 0, sizeof task->name);
    memcpy(task->name, open + 1, name < 15 ? name : 15);
    task->state = end[2];
    at = end + 4;
    task->parent = (int32_t)number(&at);
    task->process_group = (int32_t)number(&at);
    task->session = (int32_t)number(&at);
    task->terminal = (int32_t)number(&at);
    task->foreground = (int32_t)number(&at);
    task->flags = (uint32_t)number(&at);
    task->min_faults = (uint64_t)number(&at);
    task->child_min_faults = (uint64_t)number(&at);
    task->major_faults = (uint64_t)number(&at);
    task->child_major_faults = (uint64_t)number(&at);
    task->user = (uint64_t)number(&at);
    task->system = (uint64_t)number(&at);
    task->child_user = (uint64_t)number(&at);
    task->child_system = (uint64_t)number(&at);
    task->priority = (int32_t)number(&at);
    task->nice = (int32_t)number(&at);
    task->threads = (int32_t)number(&at);
    number(&at);
    task->start = (uint64_t)number(&at);
    task->size = (uint64_t)number(&at);
    task->resident = (uint64_t)number(&at);
    task->limit = (uint64_t)number(&at);
    for (int field = 26; field < 38; field++)
        number(&at);
    task->exit_signal = (int32_t)number(&at);
    task->processor = (int32_t)number(&at);
    task->rt_priority = (int32_t)number(&at);
    task->policy = (int32_t)number(&at);
    task->block_delay = (uint64_t)number(&at);
    task->guest = (uint64_t)number(&at);
    task->child_guest = (uint64_t)number(&at);
    count++;
    return task->threads;
}

static int read_threads(const char *process, int threads)
{
    char path[64];
    if (threads == 1) {
        snprintf(path, sizeof path, "%s/task/%s/stat", process, process);
        return read_stat(root, path, atoi(process)) != 0;
    }

    snprintf(path, sizeof path, "%s/task", process);
    int directory = openat(root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0)
        return 0;
    int found = 0;
    long length;
    while ((length = syscall(SYS_getdents64, directory, thread_list, sizeof thread_list)) > 0) {
        for (long at = 0; at < length;) {
            struct entry *entry = (struct entry *)(thread_list + at);
            at += entry->length;
            if (entry->name[0] != '.') {
                size_t digits = strlen(entry->name);
                memcpy(path, entry->name, digits);
                memcpy(path + digits, "/stat", 6);
                found += read_stat(directory, path, atoi(process)) != 0;
            }
        }
    }

    close(directory);
    return found;
}

static int pass(void)
{
    count = 0;
    int threads = 0;
    lseek(root, 0, SEEK_SET);
    long length;
    while ((length = syscall(SYS_getdents64, root, root_list, sizeof root_list)) > 0) {
        for (long at = 0; at < length;) {
            struct entry *entry = (struct entry *)(root_list + at);
            at += entry->length;
            if (entry->name[0] < '1' || entry->name[0] > '9')
                continue;
            char path[32];
            size_t digits = strlen(entry->name);
            memcpy(path, entry->name, digits);
            memcpy(path + digits, "/stat", 6);
            int own = read_stat(root, path, 0);
            threads += own ? read_threads(entry->name, own) : 0;
        }
    }

    return threads;
}

int main(void)
{
    root = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return root < 0 ? 1 : task_passes(pass);
}
