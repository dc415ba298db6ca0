// argv_on FILE: maps FILE over the pages that hold its own arguments, says "ready" and sleeps. Whoever reads the arguments out of its
// memory then reads FILE.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int count, char **arguments) {
    if (count == 2) {
        // Again, with an argument that fills pages of its own, so that nothing else lies in the one that goes.
        size_t length = 64 * 1024;
        char *filler = malloc(length + 1);
        memset(filler, 'a', length);
        filler[length] = 0;
        execl("/proc/self/exe", arguments[0], arguments[1], filler, NULL);
        return 1;
    }

    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t from = ((uintptr_t)arguments[2] + page) & ~(page - 1);
    int file = open(arguments[1], O_RDONLY);
    if (file < 0 || mmap((void *)from, 8 * page, PROT_READ, MAP_PRIVATE | MAP_FIXED, file, 0) == MAP_FAILED) {
        perror("argv_on");
        return 1;
    }

    // write(2): stdio would look at things on the stack that are fine, but nothing more is needed.
    if (write(1, "ready\n", 6) != 6) return 1;
    for (;;) pause();
}
