using System.Globalization;
using System.Text;
using Bobbin.Kernel.Fuse;
using Bobbin.Procfs;
using Bobbin.Tasks;

namespace Bobbin.Mount;

/// <summary>How the kernel is made to forget the entries of a task that ended.</summary>
internal enum EndNotice
{
    /// <summary>Not at all: entries carry no lifetime.</summary>
    None,

    /// <summary>FUSE_NOTIFY_INVAL_ENTRY, which waits for the parent directory's lock: only where no other user can hold it.</summary>
    InvalidateEntry,

    /// <summary>FUSE_NOTIFY_PRUNE (7.45), and FUSE_NOTIFY_INC_EPOCH where something of the task is still open.</summary>
    Prune,
}

/// <summary>
/// The entries that the kernel may answer without asking, for as long as their task lives; and the thread that makes it forget them
/// then. The thread owes nobody a reply, as <see cref="FuseNotifications"/> demands.
/// </summary>
/// <remarks>
/// Being told late is no fault: a dead node answers ESTALE, and the kernel looks the name up again by itself.
/// </remarks>
internal sealed class EntryLifetimes : IDisposable
{
    private readonly ITaskSource _source;
    private readonly HandleTable _handles;
    private readonly Action<TaskKey> _onEnded;
    private readonly ulong[] _given = new ulong[ProcNode.TaskIdLimit / 64]; // a bit an id; memory only where touched
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _work = new(false);
    private readonly Thread _thread;
    private List<TaskKey> _ended = [], _handling = [];
    private List<ulong> _changed = [], _changing = [];
    private readonly Func<uint, EndNotice> _choose;
    private FuseNotifications? _kernel;
    private Func<uint>? _minor;
    private EndNotice _notice;
    private volatile bool _isChosen;
    private bool _isWorking;
    private ulong[] _parents = []; // by thread id: the task/ that was looked in last; only for InvalidateEntry
    private int _highestEntry;
    private volatile bool _stopping;

    /// <summary>Prepares; nothing is told before <see cref="Start"/>.</summary>
    /// <param name="source">Tells ends.</param>
    /// <param name="handles">What is open.</param>
    /// <param name="choose">How entries are taken back, by the minor version of the protocol.</param>
    public EntryLifetimes(ITaskSource source, HandleTable handles, Func<uint, EndNotice> choose)
    {
        _choose = choose;
        _source = source;
        _handles = handles;
        _onEnded = OnEnded;
        _thread = new Thread(Work, maxStackSize: 256 * 1024) { IsBackground = true, Name = "lifetimes" };
    }

    /// <summary>How entries are taken back: settled by the first question after the kernel has told its version.</summary>
    public EndNotice Notice
    {
        get
        {
            if (!_isChosen && _minor?.Invoke() is uint minor and > 0)
            {
                Settle(_choose(minor));
            }

            return _notice;
        }
    }

    /// <summary>Entries taken back so far.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Whether an end that was told has not been passed on yet.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_gate)
            {
                return _isWorking || _ended.Count != 0;
            }
        }
    }

    /// <summary>Decides how entries can be taken back.</summary>
    /// <param name="minor">The minor version of the protocol.</param>
    /// <param name="isShared">Whether other users use the mount.</param>
    public static EndNotice Choose(uint minor, bool isShared) => (minor, isShared) switch
    {
        ( >= 45, _) => EndNotice.Prune,
        (_, true) => EndNotice.None,
        _ => EndNotice.InvalidateEntry,
    };

    /// <summary>Begins to listen to the source and to tell the kernel.</summary>
    /// <param name="kernel">Takes what is told.</param>
    /// <param name="minor">The minor version of the protocol; 0 while it is not known.</param>
    public void Start(FuseNotifications kernel, Func<uint> minor)
    {
        _kernel = kernel;
        _minor = minor;
        _source.Ended += _onEnded;
        _thread.Start();
    }

    /// <summary>
    /// Whether an entry may carry a lifetime: its task's end will be told. It is remembered first and then asked about: if it still
    /// lives, its end is yet to come, and will find it remembered.
    /// </summary>
    public bool TryGive(ProcTree tree, ProcNode parent, ProcNode node)
    {
        if (Notice == EndNotice.None)
        {
            return false;
        }

        if (node.Entry > _highestEntry)
        {
            InterlockedMax(ref _highestEntry, node.Entry);
        }

        if (_parents.Length != 0 && node.IsThread && node.Entry == 0)
        {
            // An entry of task/ can be taken back from one parent only: where another task/ had it before, this one is not given.
            ulong before = Interlocked.CompareExchange(ref _parents[node.Id], parent.Value, 0);
            if (before != 0 && before != parent.Value)
            {
                return false;
            }
        }

        ulong bit = 1UL << (node.Id & 63);
        ref ulong word = ref _given[node.Id >> 6];
        if ((Volatile.Read(ref word) & bit) != 0 || (Interlocked.Or(ref word, bit) & bit) != 0)
        {
            return true;
        }

        if (tree.FindTask(node, out TaskKey task) == Kernel.Linux.Errno.None && _source.TellsEndOf(task))
        {
            return true;
        }

        Interlocked.And(ref word, ~bit);
        return false;
    }

    /// <summary>Drops the pages of a file whose text has changed, soon.</summary>
    public void DropPages(ProcNode node)
    {
        lock (_gate)
        {
            if (!_changed.Contains(node.Value))
            {
                _changed.Add(node.Value);
            }
        }

        _work.Set();
    }

    public void Dispose()
    {
        _source.Ended -= _onEnded;
        _stopping = true;
        _work.Set();
        if (_thread.IsAlive)
        {
            _thread.Join(TimeSpan.FromSeconds(5)); // an entry's notification may wait for a lock until the mount is gone
        }
    }

    /// <summary>Runs on the source's thread, so it only takes a note.</summary>
    private void OnEnded(TaskKey task)
    {
        if ((uint)task.Id >= ProcNode.TaskIdLimit || (Volatile.Read(ref _given[task.Id >> 6]) & (1UL << (task.Id & 63))) == 0)
        {
            return;
        }

        lock (_gate)
        {
            _ended.Add(task);
        }

        _work.Set();
    }

    private void Work()
    {
        while (!_stopping)
        {
            _work.WaitOne();
            lock (_gate)
            {
                _isWorking = true;
                (_ended, _handling) = (_handling, _ended);
                (_changed, _changing) = (_changing, _changed);
            }

            foreach (ulong node in _changing)
            {
                _kernel!.InvalidateInode(node);
            }

            foreach (TaskKey task in _handling)
            {
                if (!_stopping)
                {
                    Forget(task);
                }
            }

            _changing.Clear();
            _handling.Clear();
            lock (_gate)
            {
                _isWorking = false;
            }
        }
    }

    private void Settle(EndNotice notice)
    {
        lock (_gate)
        {
            if (notice == EndNotice.InvalidateEntry && _parents.Length == 0)
            {
                _parents = new ulong[ProcNode.TaskIdLimit];
            }

            _notice = notice;
            _isChosen = true;
        }
    }

    private void Forget(TaskKey task)
    {
        Interlocked.And(ref _given[task.Id >> 6], ~(1UL << (task.Id & 63)));
        if (Notice == EndNotice.Prune)
        {
            Prune(task);
        }
        else
        {
            Invalidate(task);
        }

        Forgotten++;
    }

    /// <summary>Entries are pruned only when nothing stands on them, so the deepest come first.</summary>
    private void Prune(TaskKey task)
    {
        int entries = Math.Min(Volatile.Read(ref _highestEntry), 0x7F) + 1;
        Span<ulong> nodes = stackalloc ulong[2 * entries];
        int count = 0;
        for (int thread = 1; thread >= 0; thread--)
        {
            for (int entry = entries - 1; entry >= 0; entry--)
            {
                nodes[count++] = ProcNode.OfTask(task, thread != 0, entry).Value;
            }
        }

        _kernel!.Prune(nodes);
        SettleNow(ProcNode.OfTask(task, thread: false));
    }

    /// <summary>
    /// Who holds a descriptor of a dead task holds its name too: it is not pruned, and only a new epoch ends its lifetime. That takes no
    /// lock, so whoever first meets a dead node may do it, without waiting for its end to be told.
    /// </summary>
    public void SettleNow(ProcNode dead)
    {
        if (Notice == EndNotice.Prune && _handles.HasUnsettled(dead))
        {
            _kernel!.ExpireEverything();
            _handles.Settle(dead);
        }
    }

    private void Invalidate(TaskKey task)
    {
        string name = task.Id.ToString(CultureInfo.InvariantCulture);
        byte[] bytes = Encoding.ASCII.GetBytes(name);
        _kernel!.InvalidateEntry(ProcNode.Root.Value, bytes);
        ulong parent = Interlocked.Exchange(ref _parents[task.Id], 0);
        if (parent != 0)
        {
            _kernel.InvalidateEntry(parent, bytes);
        }

        _handles.Settle(ProcNode.OfTask(task, thread: false));
    }

    private static void InterlockedMax(ref int place, int value)
    {
        int now = Volatile.Read(ref place);
        while (now < value)
        {
            int before = Interlocked.CompareExchange(ref place, value, now);
            if (before == now)
            {
                return;
            }

            now = before;
        }
    }
}
