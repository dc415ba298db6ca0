// tasks_bpf: reads all tasks by libbpf's task iterator, into an array of records. With an argument: how long it takes to load and attach.
#include "tasks_bpf.skel.h"
#include "tasks.h"
#include "tasks_bpf.h"
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct bpf_link *attached;
static char *records;
static size_t capacity, length;

static int pass(void)
{
    int walk = bpf_iter_create(bpf_link__fd(attached));
    if (walk < 0)
        return -1;
    length = 0;
    for (;;) {
        if (capacity - length < 64 * 1024) {
            capacity = capacity ? capacity * 2 : 1024 * 1024;
            records = realloc(records, capacity);
            if (records == NULL)
                abort();
        }

        ssize_t got = read(walk, records + length, capacity - length);
        if (got == 0)
            break;
        if (got > 0)
            length += (size_t)got;
        else if (errno != EAGAIN && errno != EINTR)
            return -1;
    }

    close(walk);
    int count = 0;
    for (size_t at = 0; at < length; count++) {
        const struct thread_record *thread = (const void *)(records + at);
        at += sizeof *thread + (thread->id == thread->group ? sizeof(struct group_record) : 0);
    }

    return count;
}

static struct tasks_bpf *load(void)
{
    struct tasks_bpf *skeleton = tasks_bpf__open_and_load();
    attached = skeleton ? bpf_program__attach(skeleton->progs.tasks) : NULL;
    return attached ? skeleton : NULL;
}

static int load_once(void)
{
    struct tasks_bpf *skeleton = load();
    if (skeleton == NULL)
        return -1;
    bpf_link__destroy(attached);
    tasks_bpf__destroy(skeleton);
    return 0;
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1)
        return task_passes(load_once);
    return load() == NULL ? 1 : task_passes(pass);
}
