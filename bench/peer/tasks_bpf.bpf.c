// The iterator's program, as libbpf's users write it.
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include "tasks_bpf.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

SEC("iter/task")
int tasks(struct bpf_iter__task *context)
{
    struct task_struct *task = context->task;
    if (task == NULL)
        return 0;

    struct {
        struct thread_record thread;
        struct group_record group;
    } record;
    struct thread_record *thread = &record.thread;
    thread->id = task->pid;
    thread->group = task->tgid;
    thread->start = task->start_boottime;
    __builtin_memcpy(thread->name, task->comm, 16);
    thread->user = task->utime;
    thread->system = task->stime;
    thread->ran = task->se.sum_exec_runtime;
    thread->shown_user = task->prev_cputime.utime;
    thread->shown_system = task->prev_cputime.stime;
    thread->guest = task->gtime;
    thread->min_faults = task->min_flt;
    thread->major_faults = task->maj_flt;
    thread->block_delay = 0;
    thread->flags = task->flags;
    thread->state = task->__state;
    thread->exit_state = (unsigned int)task->exit_state;
    thread->priority = task->prio;
    thread->static_priority = task->static_prio;
    thread->rt_priority = task->rt_priority;
    thread->policy = task->policy;
    thread->processor = task->thread_info.cpu;
    if (task->pid != task->tgid) {
        bpf_seq_write(context->meta->seq, &record, sizeof record.thread);
        return 0;
    }

    struct group_record *group = &record.group;
    struct signal_struct *signal = task->signal;
    group->parent = task->real_parent->tgid;
    group->threads = signal->nr_threads;
    group->process_group = signal->pids[PIDTYPE_PGID]->numbers[0].nr;
    group->session = signal->pids[PIDTYPE_SID]->numbers[0].nr;
    struct tty_struct *tty = signal->tty;
    group->major = tty->driver->major;
    group->minor_start = tty->driver->minor_start;
    group->index = tty->index;
    group->foreground = tty->ctrl.pgrp->numbers[0].nr;
    group->user = signal->utime;
    group->system = signal->stime;
    group->ran = signal->sum_sched_runtime;
    group->shown_user = signal->prev_cputime.utime;
    group->shown_system = signal->prev_cputime.stime;
    group->child_user = signal->cutime;
    group->child_system = signal->cstime;
    group->guest = signal->gtime;
    group->child_guest = signal->cgtime;
    group->min_faults = signal->min_flt;
    group->major_faults = signal->maj_flt;
    group->child_min_faults = signal->cmin_flt;
    group->child_major_faults = signal->cmaj_flt;
    group->limit = signal->rlim[5].rlim_cur;
    struct mm_struct *mm = task->mm;
    group->pages = mm->total_vm;
    group->file_pages = mm->rss_stat[0].count;
    group->anonymous_pages = mm->rss_stat[1].count;
    group->shared_pages = mm->rss_stat[3].count;
    const struct cred *cred = task->real_cred;
    group->uid = cred->uid.val;
    group->euid = cred->euid.val;
    group->gid = cred->gid.val;
    group->egid = cred->egid.val;
    group->exit_signal = task->exit_signal;
    group->padding = 0;
    bpf_seq_write(context->meta->seq, &record, sizeof record);
    return 0;
}
