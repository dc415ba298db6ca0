// starts TURNS COMMAND...: runs each command (a program with arguments, split at spaces) TURNS times, by turns, with its output thrown
// away, from fork to wait. Prints a line a command: median and least, in milliseconds.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { most_arguments = 16 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

static void become(char *command)
{
    char *arguments[most_arguments + 1];
    int count = 0;
    for (char *word = strtok(command, " "); word != NULL && count < most_arguments; word = strtok(NULL, " "))
        arguments[count++] = word;
    arguments[count] = NULL;

    int nothing = open("/dev/null", O_RDWR);
    dup2(nothing, 0);
    dup2(nothing, 1);
    execvp(arguments[0], arguments);
    perror(arguments[0]);
    _exit(127);
}

static int by_size(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

int main(int argc, char **argv)
{
    int turns = argc > 2 ? atoi(argv[1]) : 0, commands = argc - 2;
    if (turns < 1) {
        fprintf(stderr, "usage: starts TURNS COMMAND...\n");
        return 2;
    }

    double *times = calloc((size_t)(turns * commands), sizeof *times);
    for (int turn = 0; turn < turns; turn++) {
        for (int i = 0; i < commands; i++) {
            double start = now();
            pid_t id = fork();
            if (id == 0)
                become(argv[i + 2]);

            int status;
            if (id < 0 || waitpid(id, &status, 0) != id || status != 0) {
                fprintf(stderr, "starts: %s failed\n", argv[i + 2]);
                return 1;
            }

            times[i * turns + turn] = now() - start;
        }
    }

    for (int i = 0; i < commands; i++) {
        double *own = times + i * turns;
        qsort(own, (size_t)turns, sizeof *own, by_size);
        printf("%-40s %6.1f median %6.1f least\n", argv[i + 2], own[turns / 2], own[0]);
    }

    free(times);
    return 0;
}
