using System.Buffers.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Live;
using Bobbin.Snapshots;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Sources;

/// <summary>What came of looking at one place in /proc.</summary>
internal enum ProcAnswer
{
    /// <summary>It is there.</summary>
    Found,

    /// <summary>It is not.</summary>
    Missing,

    /// <summary>Something else is mounted there.</summary>
    Covered,

    /// <summary>It is there, and this user may not look (hidepid=noaccess, a security module).</summary>
    Refused,
}

/// <summary>
/// The views that a mounted /proc has, each by the system calls that any program would make. Nothing here follows what is mounted over
/// a process's folder: it hides the process, and may be a file system that never answers. Any number of threads may ask.
/// </summary>
internal sealed class ProcViews : IDisposable
{
    private const uint WantedStatus = Statx.InodeOnly | Statx.MountIdMask;

    [ThreadStatic]
    private static byte[]? t_records;

    private readonly int _root;
    private readonly Statx _status;

    private ProcViews(int root, in Statx status)
    {
        _root = root;
        _status = status;
    }

    /// <summary>Opens a mounted /proc.</summary>
    /// <exception cref="LinuxException">It cannot be opened, or is no proc file system.</exception>
    public static ProcViews Open(string path = "/proc")
    {
        Errno errno = Libc.Open(System.Text.Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly | OpenFlags.Directory, out int root);
        if (errno != Errno.None)
        {
            throw new LinuxException(errno, "open", path);
        }

        _ = Libc.Stat(root, out Statx status, WantedStatus);
        if (Libc.GetFileSystemType(root, out long type) != Errno.None || type is not (FileSystemMagic.Proc or FileSystemMagic.Fuse))
        {
            Libc.Close(root);
            throw new InvalidOperationException($"no proc file system is mounted on {path}");
        }

        return new ProcViews(root, status);
    }

    /// <summary>Whether its ids are those of this process's pid namespace: it has this process, by the id that it has itself.</summary>
    public bool IsOfThisNamespace()
    {
        if (Libc.OpenAt(_root, "self"u8, OpenFlags.PathOnly | OpenFlags.Directory, out int self) != Errno.None)
        {
            return false;
        }

        using StatusText text = StatusText.Read(self);
        Libc.Close(self);

        // From the mount's namespace inward; one number: it is also the innermost.
        ReadOnlySpan<byte> ids = text.Value("NSpid:"u8);
        return Utf8Parser.TryParse(ids, out int id, out int used) && used == ids.Length && id == Libc.getpid();
    }

    /// <summary>Tells the ids that a listing of the root has.</summary>
    public void List(Action<int> found)
    {
        Libc.Seek(_root, 0);
        List(_root, found);
    }

    /// <summary>Tells the ids that a listing of a process's <c>task/</c> has.</summary>
    public ProcAnswer ListThreads(int process, Action<int> found)
    {
        Span<byte> path = stackalloc byte[24];
        Errno errno = OpenAt(PathOf(process, "/task"u8, path), OpenFlags.ReadOnly | OpenFlags.Directory, out int folder);
        if (errno != Errno.None)
        {
            return Answer(errno);
        }

        List(folder, found);
        Libc.Close(folder);
        return ProcAnswer.Found;
    }

    /// <summary>Looks an id up.</summary>
    public ProcAnswer Lookup(int id)
    {
        Span<byte> path = stackalloc byte[24];
        Errno errno = Libc.StatAt(_root, PathOf(id, [], path), At.SymlinkNoFollow | At.StatxDontSync, out Statx status, WantedStatus);
        return errno != Errno.None ? Answer(errno)
            : (status.DeviceMajor, status.DeviceMinor, status.MountId) == (_status.DeviceMajor, _status.DeviceMinor, _status.MountId)
                ? ProcAnswer.Found : ProcAnswer.Covered;
    }

    /// <summary>Name and start of the task that an id leads to.</summary>
    public bool TryReadStat(int id, out byte[] name, out StatFields stat)
    {
        name = [];
        stat = default;
        Span<byte> path = stackalloc byte[24];
        if (OpenAt(PathOf(id, "/stat"u8, path), OpenFlags.ReadOnly, out int file) != Errno.None)
        {
            return false;
        }

        Span<byte> text = stackalloc byte[1024];
        Errno errno = Libc.Read(file, text, out int length);
        Libc.Close(file);
        if (errno != Errno.None || !StatParser.TryParse(text[..length], out int told, out ReadOnlySpan<byte> comm, out stat) || told != id)
        {
            return false;
        }

        name = comm.ToArray();
        return true;
    }

    /// <summary>The process that a task is of, and its real user.</summary>
    public bool TryReadStatus(int id, out int process, out uint user)
    {
        Span<byte> path = stackalloc byte[24];
        if (OpenAt(PathOf(id, [], path), OpenFlags.PathOnly | OpenFlags.Directory, out int folder) != Errno.None)
        {
            process = 0;
            user = uint.MaxValue;
            return false;
        }

        using StatusText text = StatusText.Read(folder);
        Libc.Close(folder);
        process = text.Number("Tgid:"u8);
        user = text.TryNumber("Uid:"u8, 0, out uint real) ? real : uint.MaxValue;
        return process > 0;
    }

    /// <inheritdoc/>
    public void Dispose() => Libc.Close(_root);

    private static ReadOnlySpan<byte> PathOf(int id, ReadOnlySpan<byte> rest, Span<byte> room)
    {
        Utf8Formatter.TryFormat(id, room, out int length);
        rest.CopyTo(room[length..]);
        return room[..(length + rest.Length)];
    }

    private static void List(int folder, Action<int> found)
    {
        byte[] records = t_records ??= new byte[256 * 1024]; // few parts, so that few threads that end shift what is still to come
        while (Libc.GetDents(folder, records, out int length) == Errno.None && length > 0)
        {
            DirectoryReader entries = new(records.AsSpan(0, length));
            while (entries.MoveNext())
            {
                if (Utf8Parser.TryParse(entries.Name, out int id, out int used) && used == entries.Name.Length)
                {
                    found(id);
                }
            }
        }
    }

    private static ProcAnswer Answer(Errno errno) => errno switch
    {
        Errno.EXDEV => ProcAnswer.Covered,
        Errno.EACCES or Errno.EPERM => ProcAnswer.Refused,
        _ => ProcAnswer.Missing,
    };

    private Errno OpenAt(ReadOnlySpan<byte> path, int flags, out int descriptor)
    {
        Errno errno = Libc.OpenAt2(_root, path, flags, ResolveFlags.NoCrossDevice, out descriptor);
        return errno == Errno.ENOSYS ? Libc.OpenAt(_root, path, flags, out descriptor) : errno; // before 5.6
    }
}
