using Bobbin.Kernel.Linux;

namespace Bobbin.Tasks;

/// <summary>
/// Where tasks come from, as one pid namespace sees them: this machine, or a table driven by code. Every id is an id in that
/// namespace. All members are safe to call from several threads.
/// </summary>
/// <remarks>
/// A source may lack what it takes to look (descriptors, memory). Then it answers neither "there is none" nor "there is", but with
/// the errno of what it lacks.
/// </remarks>
public interface ITaskSource
{
    /// <summary>Finds any task by its id: a leader or not, a zombie that nobody has reaped too.</summary>
    /// <returns>ENOENT where no task has this id.</returns>
    Errno Find(int id, out TaskKey task);

    /// <summary>
    /// Whether the task still has its id: false once it is reaped, and for a thread whose exec took over its leader's id. A leader's
    /// key outlives such an exec: the id, and what is held by it, passes to the thread. True where it cannot be told.
    /// </summary>
    bool IsAlive(TaskKey task);

    /// <summary>The id of the thread group that a task belongs to.</summary>
    /// <returns>ENOENT where the task is gone.</returns>
    Errno FindGroup(TaskKey task, out int groupId);

    /// <summary>Ids of thread groups, ascending, from <paramref name="from"/> on.</summary>
    /// <param name="from">The least id that counts.</param>
    /// <param name="ids">Takes them.</param>
    /// <param name="count">How many were written; fewer than fit only at the end.</param>
    Errno ListGroups(int from, Span<int> ids, out int count);

    /// <summary>Ids of all tasks, threads too, ascending, from <paramref name="from"/> on.</summary>
    /// <inheritdoc cref="ListGroups"/>
    Errno ListTasks(int from, Span<int> ids, out int count);

    /// <summary>
    /// Ids of the threads of a task's group: leader first, then in the order of their birth, as the kernel lists <c>task/</c>.
    /// Starts at <paramref name="resumeAt"/> if that is not zero and still a thread of the group, else at the thread with
    /// <paramref name="index"/>.
    /// </summary>
    /// <returns>ENOENT where the task is gone.</returns>
    Errno ListThreads(TaskKey task, int resumeAt, int index, Span<int> ids, out int count);

    /// <summary>How many threads a task's group has; 0 where it is gone.</summary>
    int CountThreads(TaskKey task);

    /// <summary>How many thread groups there are on the whole system (the root's link count counts them).</summary>
    int CountGroups();

    /// <summary>The caller's own ids in this namespace, for <c>self</c> and <c>thread-self</c>.</summary>
    /// <returns>ENOENT where it has none.</returns>
    Errno Identify(in Caller caller, out int groupId, out int threadId);

    /// <summary>
    /// A task's id stopped to resolve. Raised on a thread that owes nobody a reply. A source that cannot tell promptly never
    /// raises it, and says so by <see cref="TellsEnds"/>.
    /// </summary>
    event Action<TaskKey>? Ended;

    /// <summary>Whether <see cref="Ended"/> is raised for every task soon after its end.</summary>
    bool TellsEnds { get; }

    /// <summary>
    /// Whether <see cref="Ended"/> will be raised for this task. A source that can watch only so many begins to watch it now.
    /// </summary>
    bool TellsEndOf(TaskKey task) => TellsEnds;
}
