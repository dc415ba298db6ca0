namespace Bobbin.Live;

/// <summary>
/// What Landlock leaves a thread to see of others. A thread in a domain may trace those of its own and of the domains nested in it, and no
/// others (<c>security/landlock/task.c</c>); a server that is in no domain would be shown them all on its behalf.
/// </summary>
public interface ILandlockDomains
{
    /// <summary>Whether anything tells of domains here. May wait until that is settled.</summary>
    bool Tells { get; }

    /// <summary>
    /// Whether the caller's domain leaves it to trace a task. False where that cannot be told. Safe from any thread; allocates nothing.
    /// </summary>
    /// <param name="caller">A thread, by its id in this process's pid namespace; it waits for the answer, so that it cannot change.</param>
    /// <param name="task">A task likewise; 0: any that is not in a domain.</param>
    bool MayTrace(int caller, int task);
}
