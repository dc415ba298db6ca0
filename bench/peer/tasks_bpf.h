// What the iterator writes: a thread's record, and for a leader its group's behind it. The same fields as Bobbin's.
struct thread_record {
    int id, group;
    unsigned long long start;
    char name[16];
    unsigned long long user, system, ran, shown_user, shown_system, guest, min_faults, major_faults, block_delay;
    unsigned int flags, state, exit_state;
    int priority, static_priority;
    unsigned int rt_priority, policy, processor;
};

struct group_record {
    int parent, threads, process_group, session, major, minor_start, index, foreground;
    unsigned long long user, system, ran, shown_user, shown_system, child_user, child_system, guest, child_guest, min_faults, major_faults,
        child_min_faults, child_major_faults, limit, pages;
    long long file_pages, anonymous_pages, shared_pages;
    unsigned int uid, euid, gid, egid;
    int exit_signal, padding;
};
