using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Bobbin.Kernel.Linux;
using Bobbin.Tasks;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

/// <summary>
/// An open directory of one task (<c>ID</c>, or <c>ID/task/ID</c>). It can never answer for another task that has the id later: it
/// holds the kernel's own object for the id, so what is opened through it fails once the task is gone.
/// </summary>
internal sealed class TaskDirectory(TaskKey key, bool thread, int descriptor)
{
    private const uint KernelThread = 0x0020_0000; // PF_KTHREAD (include/linux/sched.h)
    private const uint InputOutputWorker = 0x10; // PF_IO_WORKER

    private StandingSlots _standing;
    private int _groupId;
    private int _kind; // 0: not asked yet

    /// <summary>The task.</summary>
    public TaskKey Key { get; } = key;

    /// <summary>Whether it is <c>ID/task/ID</c>.</summary>
    public bool IsThread { get; } = thread;

    /// <summary>An O_PATH descriptor.</summary>
    public int Descriptor { get; } = descriptor;

    /// <summary>How many use it now; kept by <see cref="TaskDirectories"/> under its lock.</summary>
    public int Uses { get; set; }

    /// <summary>Where it stands among the cached ones; -1 when it is to be closed after the last use.</summary>
    public int Place { get; set; } = -1;

    /// <summary>Whether it was used since somebody last looked for one to close.</summary>
    public bool WasUsed { get; set; }

    /// <summary>Whether the task still has its id. Asking takes no descriptor.</summary>
    public bool IsAlive => (IsThread
        ? Libc.StatAt(Descriptor, "stat"u8, At.SymlinkNoFollow, out _, Statx.InodeOnly)
        : Libc.StatAt(Descriptor, "."u8, 0, out _, Statx.InodeOnly)) is not (Errno.ESRCH or Errno.ENOENT);

    /// <summary>The id of its thread group, which never changes for one task id object; 0 where it could not be read.</summary>
    public int GroupId
    {
        get
        {
            _ = FindGroup(out int groupId);
            return groupId;
        }

        set => _groupId = value;
    }

    /// <summary>
    /// Whether it runs programs of its own: not a thread of the kernel, nor a worker of io_uring, which acts with credentials that
    /// its status does not show. A task never changes this.
    /// </summary>
    public Errno FindWhetherOrdinary(out bool ordinary)
    {
        Errno error = Errno.None;
        if (_kind == 0)
        {
            error = StatText.ReadFlags(Descriptor, out uint flags);
            if (error == Errno.None)
            {
                _kind = (flags & (KernelThread | InputOutputWorker)) == 0 ? 1 : 2;
            }
        }

        ordinary = _kind == 1;
        return error;
    }

    /// <summary>The id of its thread group: ENOENT where the task is gone.</summary>
    public Errno FindGroup(out int groupId)
    {
        Errno error = Errno.None;
        if (_groupId == 0)
        {
            using StatusText status = StatusText.Read(Descriptor);
            _groupId = status.Number("Tgid:"u8);
            error = _groupId != 0 ? Errno.None : status.Error.IsShortage ? status.Error : Errno.ENOENT;
        }

        groupId = _groupId;
        return error;
    }

    /// <summary>The slot of an entry for <see cref="StandingDescriptors"/>; -1 for those that are opened anew each time.</summary>
    public static int SlotOf(ReadOnlySpan<byte> path) =>
        path.SequenceEqual("stat"u8) ? 0
        : path.SequenceEqual("status"u8) ? 1
        : path.SequenceEqual("statm"u8) ? 2
        : path.SequenceEqual("cmdline"u8) ? 3
        : path.SequenceEqual("comm"u8) ? 4
        : -1;

    /// <summary>One of the slots.</summary>
    public ref int Standing(int slot) => ref _standing[slot];

    /// <summary>Closes it, which nobody may be using.</summary>
    public void Close()
    {
        foreach (ref int slot in (Span<int>)_standing)
        {
            StandingDescriptors.Close(ref slot);
        }

        Libc.Close(Descriptor);
    }

    /// <summary>Opens the directory of a task.</summary>
    public static Errno Open(int root, int id, bool thread, out int descriptor)
    {
        Span<byte> path = stackalloc byte[32];
        Utf8Formatter.TryFormat(id, path, out int length);
        if (thread)
        {
            "/task/"u8.CopyTo(path[length..]);
            length += 6;
            Utf8Formatter.TryFormat(id, path[length..], out int more);
            length += more;
        }

        return Libc.OpenAt(root, path[..length], OpenFlags.PathOnly | OpenFlags.Directory | OpenFlags.NoFollow, out descriptor);
    }

    [InlineArray(5)]
    private struct StandingSlots
    {
        private int _first;
    }
}
