// spawn PROCESSES THREADS: that many sleeping processes of that many threads each. Prints their process ids, one a line, then
// "ready"; ends them all, and itself, when its standard input closes.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void *sleep_for_ever(void *unused)
{
    (void)unused;
    for (;;)
        pause();
    return NULL;
}

// In the new process: its threads, then a byte on the pipe (what it says: whether all of them came to be), then sleep.
static void be_a_process(int threads, int ready)
{
    // Nothing of this may outlive the bench, however the bench ends.
    prctl(PR_SET_PDEATHSIG, SIGKILL);

    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 32 * 1024);

    char answer = 'y';
    for (int i = 1; i < threads; i++) {
        pthread_t thread;
        if (pthread_create(&thread, &small, sleep_for_ever, NULL) != 0)
            answer = 'n';
    }

    if (write(ready, &answer, 1) != 1)
        _exit(1);
    close(ready);
    sleep_for_ever(NULL);
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: spawn PROCESSES THREADS\n");
        return 2;
    }

    int processes = atoi(argv[1]), threads = atoi(argv[2]), failed = 0;
    pid_t *ids = calloc((size_t)processes, sizeof *ids);
    int ready[2];
    if (ids == NULL || pipe(ready) != 0)
        return 1;

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    for (int i = 0; i < processes && !failed; i++) {
        ids[i] = fork();
        if (ids[i] == 0) {
            close(ready[0]);
            be_a_process(threads, ready[1]);
        }

        char answer = 'n';
        failed = ids[i] < 0 || read(ready[0], &answer, 1) != 1 || answer != 'y';
    }

    if (failed) {
        fprintf(stderr, "spawn: %d processes of %d threads: %s\n", processes, threads, strerror(errno));
    } else {
        for (int i = 0; i < processes; i++)
            printf("%d\n", ids[i]);
        printf("ready\n");
        fflush(stdout);

        char ignored;
        while (read(STDIN_FILENO, &ignored, 1) > 0)
            ;
    }

    for (int i = 0; i < processes; i++)
        if (ids[i] > 0)
            kill(ids[i], SIGKILL);
    while (wait(NULL) > 0 || errno == EINTR)
        ;
    return failed;
}
