using System.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Snapshots;

/// <summary>
/// One process (thread group) of a snapshot: a view of it, not a copy. Sources are fields of <c>/proc/PID/stat</c>; times and faults are
/// those of all its threads, the ended ones too.
/// </summary>
public readonly struct ProcessRow
{
    private readonly TaskSnapshot _snapshot;
    private readonly int _row;

    internal ProcessRow(TaskSnapshot snapshot, int row)
    {
        _snapshot = snapshot;
        _row = row;
    }

    private ProcessColumns Data => _snapshot.ProcessData;

    /// <summary>Its id (<c>getpid(2)</c>), which is its leader's.</summary>
    public int Id => Data.Id[_row];

    /// <summary>Its id and start: what tells it from a later process with the same id.</summary>
    public TaskIdentity Identity => Leader.Identity;

    /// <summary>Its first thread: state, name, priority and the like of a process are its leader's.</summary>
    public ThreadRow Leader => new(_snapshot, Data.Leader[_row]);

    /// <summary>Its threads in this snapshot: only the leader without <see cref="TaskFacets.Threads"/>.</summary>
    public ThreadRows Threads => new(_snapshot, Data.FirstThread[_row], Data.Threads[_row]);

    /// <summary>How many threads it has (field 20).</summary>
    public int ThreadCount => Data.ThreadCount[_row];

    /// <summary>Its leader's name.</summary>
    public ReadOnlySpan<byte> Name => Leader.Name;

    /// <summary>Its leader's state. A zombie may have living threads.</summary>
    public TaskState State => Leader.State;

    /// <summary>Whether it is the kernel's own.</summary>
    public bool IsKernelThread => Leader.IsKernelThread;

    /// <summary>The process that it is a child of (field 4); 0 where that is not in the reader's pid namespace.</summary>
    public int ParentId => Data.ParentId[_row];

    /// <summary>The process that it is a child of; null where that is not in the snapshot.</summary>
    public ProcessRow? Parent => ParentId != Id && _snapshot.TryFindProcess(ParentId, out ProcessRow parent) ? parent : null;

    /// <summary>Its children, in the order of their ids.</summary>
    public ChildRows Children => new(_snapshot, _row);

    /// <summary>Its process group (field 5).</summary>
    public int ProcessGroupId => Data.ProcessGroupId[_row];

    /// <summary>Its session (field 6).</summary>
    public int SessionId => Data.SessionId[_row];

    /// <summary>Its controlling terminal's device, as the kernel encodes it (field 7): bits 31-20 and 7-0 the minor, 19-8 the major; 0: none.</summary>
    public int Terminal => Data.Terminal[_row];

    /// <summary>The process group that its terminal is with now (field 8); -1 without a terminal.</summary>
    public int ForegroundGroupId => Data.ForegroundGroupId[_row];

    /// <summary>When it started, to a hundredth of a second, by the clock as it is now.</summary>
    public DateTimeOffset StartTime => Leader.StartTime;

    /// <summary>Processor time in user mode (field 14).</summary>
    public TimeSpan UserTime => ClockTicks.Duration(Data.UserTicks[_row]);

    /// <summary>Processor time in the kernel (field 15).</summary>
    public TimeSpan SystemTime => ClockTicks.Duration(Data.SystemTicks[_row]);

    /// <summary>User time of its children that it has waited for (field 16).</summary>
    public TimeSpan ChildrenUserTime => ClockTicks.Duration(Data.ChildrenUserTicks[_row]);

    /// <summary>System time of its children that it has waited for (field 17).</summary>
    public TimeSpan ChildrenSystemTime => ClockTicks.Duration(Data.ChildrenSystemTicks[_row]);

    /// <summary>Processor time that guests of it had, a part of <see cref="UserTime"/> (field 43).</summary>
    public TimeSpan GuestTime => ClockTicks.Duration(Data.GuestTicks[_row]);

    /// <summary>The same of its children that it has waited for (field 44).</summary>
    public TimeSpan ChildrenGuestTime => ClockTicks.Duration(Data.ChildrenGuestTicks[_row]);

    /// <summary>Page faults without I/O (field 10).</summary>
    public ulong MinorFaults => Data.MinorFaults[_row];

    /// <summary>Page faults with I/O (field 12).</summary>
    public ulong MajorFaults => Data.MajorFaults[_row];

    /// <summary>Page faults without I/O of its children that it has waited for (field 11).</summary>
    public ulong ChildrenMinorFaults => Data.ChildrenMinorFaults[_row];

    /// <summary>Page faults with I/O of its children that it has waited for (field 13).</summary>
    public ulong ChildrenMajorFaults => Data.ChildrenMajorFaults[_row];

    /// <summary>Bytes of its address space (field 23).</summary>
    public ulong VirtualBytes => Data.VirtualBytes[_row];

    /// <summary>Bytes of memory it has in use (field 24).</summary>
    public ulong ResidentBytes => Data.ResidentPages[_row] * (ulong)Environment.SystemPageSize;

    /// <summary>Its soft limit of <see cref="ResidentBytes"/>, which the kernel does not enforce (field 25).</summary>
    public ulong ResidentLimit => Data.ResidentLimit[_row];

    /// <summary>The signal that its end sends to its parent (field 38).</summary>
    public int ExitSignal => Data.ExitSignal[_row];

    /// <summary>Its real user id; null where it was not asked for (<see cref="TaskFacets.Credentials"/>) or could not be read.</summary>
    public uint? UserId => Known(Data.UserId);

    /// <summary>Its effective user id; as <see cref="UserId"/>.</summary>
    public uint? EffectiveUserId => Known(Data.EffectiveUserId);

    /// <summary>Its real group id; as <see cref="UserId"/>.</summary>
    public uint? GroupId => Known(Data.GroupId);

    /// <summary>Its effective group id; as <see cref="UserId"/>.</summary>
    public uint? EffectiveGroupId => Known(Data.EffectiveGroupId);

    /// <summary>
    /// Its arguments, each ended by NUL, as they are in its memory now: it may have changed them. Empty for a kernel thread and a zombie, where
    /// they were not asked for (<see cref="TaskFacets.Arguments"/>), and where they could not be read (<see cref="ErrorOf"/>).
    /// </summary>
    public ReadOnlySpan<byte> Arguments => Text(TaskFacets.Arguments, Data.Arguments);

    /// <summary>
    /// Its environment at the last exec, each variable ended by NUL; a later change shows only where it wrote over it. Empty where it was not
    /// asked for (<see cref="TaskFacets.Environment"/>) or could not be read (<see cref="ErrorOf"/>).
    /// </summary>
    public ReadOnlySpan<byte> EnvironmentVariables => Text(TaskFacets.Environment, Data.Environment);

    /// <summary>
    /// Its control group: the path in the second version's hierarchy, or where there is none the first line's. Empty where it was not asked for
    /// (<see cref="TaskFacets.ControlGroup"/>) or could not be read (<see cref="ErrorOf"/>).
    /// </summary>
    public ReadOnlySpan<byte> ControlGroup => Text(TaskFacets.ControlGroup, Data.ControlGroup);

    /// <summary>What it has read and written; null where that was not asked for (<see cref="TaskFacets.Io"/>) or could not be read (<see cref="ErrorOf"/>).</summary>
    public TaskIo? Io => Has(TaskFacets.Io) ? Data.Io?[_row] : null;

    /// <summary>
    /// Its namespaces; null where they were not asked for (<see cref="TaskFacets.Namespaces"/>) or could not be read (<see cref="ErrorOf"/>).
    /// </summary>
    public TaskNamespaces? Namespaces => Has(TaskFacets.Namespaces) ? Data.Namespaces?[_row]?.ToNamespaces() : null;

    /// <summary>
    /// Why a facet could not be read: <see cref="Errno.ENOENT"/> or <see cref="Errno.ESRCH"/> where the process ended meanwhile (of a zombie
    /// much is gone too), <see cref="Errno.EACCES"/> or <see cref="Errno.EPERM"/> where this process may not look; <see cref="Errno.None"/> where
    /// it was read.
    /// </summary>
    /// <param name="facet">One facet that was asked for.</param>
    /// <exception cref="ArgumentException">It was not asked for, or is not one.</exception>
    public Errno ErrorOf(TaskFacets facet) => !Has(facet) ? throw new ArgumentException($"{facet} was not asked for.", nameof(facet)) : facet switch
    {
        TaskFacets.Threads => Errno.None,
        TaskFacets.Credentials => UserId is null ? Errno.ESRCH : Errno.None,
        TaskFacets.Arguments => Data.Arguments!.ErrorOf(_row),
        TaskFacets.Environment => Data.Environment!.ErrorOf(_row),
        TaskFacets.ControlGroup => Data.ControlGroup!.ErrorOf(_row),
        TaskFacets.Io => Data.Io!.ErrorOf(_row),
        TaskFacets.Namespaces => Data.Namespaces!.ErrorOf(_row),
        _ => throw new ArgumentException($"{facet} is not one facet.", nameof(facet)),
    };

    /// <summary>Its arguments as text; bytes that are not UTF-8 become U+FFFD. As <see cref="Arguments"/> otherwise.</summary>
    public string[] ToArgumentList() => Split(Arguments);

    /// <summary>Its environment as text, by name; of a variable that is there twice, the first. As <see cref="EnvironmentVariables"/> otherwise.</summary>
    public IReadOnlyDictionary<string, string> ToEnvironment()
    {
        Dictionary<string, string> variables = [];
        foreach (string variable in Split(EnvironmentVariables))
        {
            int sign = variable.IndexOf('=', StringComparison.Ordinal);
            if (sign > 0)
            {
                variables.TryAdd(variable[..sign], variable[(sign + 1)..]);
            }
        }

        return variables;
    }

    /// <summary>Its row in the columns.</summary>
    internal int Row => _row;

    /// <summary>Its id and name. The name may hold control characters.</summary>
    public override string ToString() => $"{Id} ({Encoding.UTF8.GetString(Name)})";

    private bool Has(TaskFacets facet) => facet != TaskFacets.None && (_snapshot.Facets & facet) == facet;

    private ReadOnlySpan<byte> Text(TaskFacets facet, TextColumn? column) => Has(facet) && column is not null ? column[_row] : [];

    private static string[] Split(ReadOnlySpan<byte> texts)
    {
        if (texts.IsEmpty)
        {
            return [];
        }

        // Who has overwritten its arguments (a title of setproctitle(3)) may have left out the last NUL.
        string all = Encoding.UTF8.GetString(texts[^1] == 0 ? texts[..^1] : texts);
        return all.Split('\0');
    }

    private uint? Known(uint[]? column) =>
        !Has(TaskFacets.Credentials) || column is null || column[_row] == uint.MaxValue ? null : column[_row];
}
