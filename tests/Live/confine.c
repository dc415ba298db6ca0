// confine HOW COMMAND [ARG...]: enters a domain of Landlock in which nothing matters that the tests do, and becomes the command. HOW has a
// letter for each step: n sets no_new_privs, d enters a domain.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int count, char **arguments) {
    uint64_t handled = 1 << 11; // making block devices
    if (count < 3) return 2;
    for (const char *step = arguments[1]; *step; step++) {
        if (*step == 'n') {
            if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) { perror("no_new_privs"); return 1; }
            continue;
        }
        int rules = syscall(444, &handled, sizeof handled, 0);
        if (rules < 0 || syscall(446, rules, 0)) { perror("landlock"); return 1; }
        close(rules);
    }
    execvp(arguments[2], arguments + 2);
    perror(arguments[2]);
    return 1;
}
