// Reads a file by system calls that complete later: submit aio|uring PATH OFFSET... says what came of a read at each offset, a number of
// bytes or minus an errno, on a line of its own, with the text after it. Offset -1 is where the file stands (io_uring alone).
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static char text[64];

static long by_aio(int fd, long offset) {
    static aio_context_t context;
    struct iocb request = {.aio_lio_opcode = IOCB_CMD_PREAD, .aio_fildes = fd, .aio_buf = (unsigned long)text, .aio_nbytes = sizeof text - 1, .aio_offset = offset};
    struct iocb *requests[] = {&request};
    struct io_event event;
    if (!context && syscall(SYS_io_setup, 1, &context)) return -errno;
    if (syscall(SYS_io_submit, context, 1, requests) != 1) return -errno;
    return syscall(SYS_io_getevents, context, 1, 1, &event, NULL) == 1 ? (long)event.res : -errno;
}

static long by_uring(int fd, long offset) {
    struct io_uring_params parameters = {0};
    int ring = syscall(SYS_io_uring_setup, 1, &parameters);
    if (ring < 0) return -errno;
    size_t asked = parameters.sq_off.array + parameters.sq_entries * sizeof(unsigned);
    size_t done = parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe);
    char *queue = mmap(NULL, asked, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
    char *answers = mmap(NULL, done, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_CQ_RING);
    struct io_uring_sqe *entries = mmap(NULL, parameters.sq_entries * sizeof *entries, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQES);
    if (queue == MAP_FAILED || answers == MAP_FAILED || entries == MAP_FAILED) return -errno;
    entries[0] = (struct io_uring_sqe){.opcode = IORING_OP_READ, .fd = fd, .addr = (unsigned long)text, .len = sizeof text - 1, .off = (unsigned long)offset};
    *(unsigned *)(queue + parameters.sq_off.array) = 0;
    __atomic_store_n((unsigned *)(queue + parameters.sq_off.tail), 1, __ATOMIC_RELEASE);
    if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0) return -errno;
    long result = ((struct io_uring_cqe *)(answers + parameters.cq_off.cqes))->res;
    close(ring);
    return result;
}

int main(int count, char **words) {
    if (count < 4) return 2;
    int fd = open(words[2], O_RDONLY);
    if (fd < 0) {
        printf("open %d\n", -errno);
        return 0;
    }
    for (int i = 3; i < count; i++) {
        memset(text, 0, sizeof text);
        long offset = atol(words[i]), result = strcmp(words[1], "aio") ? by_uring(fd, offset) : by_aio(fd, offset);
        text[strcspn(text, "\n")] = 0;
        printf("%ld %s\n", result, text);
    }
    return 0;
}
