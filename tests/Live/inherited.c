// Prints everything that a program inherits through execve(2), a line each, so that two ways of starting it can be compared.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <termios.h>
#include <unistd.h>

static void hex(const char *name, const void *bytes, size_t length) {
  printf("%s ", name);
  for (size_t i = 0; i < length; i++) printf("%02x", ((const unsigned char *)bytes)[i]);
  printf("\n");
}

int main(int argc, char **argv, char **envp) {
  for (int i = 0; i < argc; i++) hex("argument", argv[i], strlen(argv[i]));
  for (char **e = envp; *e; e++) hex("variable", *e, strlen(*e));
  for (int s = 1; s <= 64; s++) {
    struct { void *handler; unsigned long flags; void *restorer; unsigned long mask; } action = {0};
    if (syscall(SYS_rt_sigaction, s, NULL, &action, 8) == 0 && action.handler) printf("signal %d %p\n", s, action.handler);
  }
  unsigned long set = 0;
  syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &set, 8);
  printf("blocked %lx\n", set);
  syscall(SYS_rt_sigpending, &set, 8);
  printf("pending %lx\n", set);
  for (int r = 0; r < RLIM_NLIMITS; r++) {
    struct rlimit limit;
    if (getrlimit(r, &limit) == 0) printf("limit %d %lx %lx\n", r, (unsigned long)limit.rlim_cur, (unsigned long)limit.rlim_max);
  }
  for (int fd = 0; fd < 1024; fd++) {
    struct stat s;
    if (fstat(fd, &s) != 0) continue;
    printf("descriptor %d %lx:%lx mode %o flags %x close %x at %ld\n", fd, (unsigned long)s.st_dev, (unsigned long)s.st_ino, s.st_mode,
      fcntl(fd, F_GETFL), fcntl(fd, F_GETFD), (long)lseek(fd, 0, SEEK_CUR));
    struct termios t;
    if (tcgetattr(fd, &t) == 0) hex("terminal", &t, sizeof t);
  }
  char path[4096];
  printf("directory %s\n", getcwd(path, sizeof path) ? path : strerror(errno));
  mode_t mask = umask(0);
  printf("umask %o\n", mask);
  printf("nice %d\n", getpriority(PRIO_PROCESS, 0));
  printf("policy %d\n", sched_getscheduler(0));
  printf("ioprio %ld\n", syscall(SYS_ioprio_get, 1, 0));
  printf("personality %x\n", personality(0xffffffff));
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  sched_getaffinity(0, sizeof cpus, &cpus);
  hex("processors", &cpus, sizeof cpus);
  int death = -1;
  prctl(PR_GET_PDEATHSIG, &death);
  printf("prctl death %d dumpable %d keepcaps %d securebits %d nnp %d slack %d thp %d subreaper", death, prctl(PR_GET_DUMPABLE), prctl(PR_GET_KEEPCAPS),
    prctl(PR_GET_SECUREBITS), prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), prctl(PR_GET_TIMERSLACK), prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
  prctl(PR_GET_CHILD_SUBREAPER, &death);
  printf(" %d\n", death);
  struct itimerval timer;
  getitimer(ITIMER_REAL, &timer);
  printf("timer %s\n", timer.it_value.tv_sec || timer.it_value.tv_usec ? "runs" : "none");
  uid_t r, e, s;
  getresuid(&r, &e, &s);
  printf("users %u %u %u\n", r, e, s);
  getresgid(&r, &e, &s);
  printf("groups %u %u %u\n", r, e, s);
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {0};
  syscall(SYS_capget, &header, data);
  printf("capabilities %x%08x %x%08x %x%08x\n", data[1].effective, data[0].effective, data[1].permitted, data[0].permitted, data[1].inheritable, data[0].inheritable);
  printf("family %d %d %d %d\n", getppid(), getpgrp(), getsid(0), isatty(0) ? tcgetpgrp(0) : -1);
  FILE *f = fopen("/proc/self/oom_score_adj", "r");
  int score = 12345;
  if (f && fscanf(f, "%d", &score) == 1) printf("oom_score_adj %d\n", score);
  char comm[32] = "";
  prctl(PR_GET_NAME, comm);
  printf("name %s\n", comm);
  return 0;
}
