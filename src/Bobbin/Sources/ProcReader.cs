using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Bobbin.Kernel.Linux;
using Bobbin.Snapshots;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Sources;

/// <summary>
/// Reads tasks from a mounted /proc, the kernel's or any other: one open, read and close a file, relative to the folder's descriptor, the
/// text taken apart where it lies. Needs no privileges; what it may not read it leaves out.
/// </summary>
internal sealed class ProcReader : ITaskReader
{
    private readonly byte[] _listing = new byte[64 * 1024];
    private readonly byte[] _threadListing = new byte[32 * 1024];
    private readonly byte[] _text = new byte[4096];
    private readonly int _root;
    private readonly FacetReader _facets;
    private readonly bool _listsThreads; // a Bobbin mount whose root holds threads too
    private int[] _ids = new int[64];
    private int _processCapacity = 256, _threadCapacity = 256;

    private ProcReader(int root, string path)
    {
        _root = root;
        _facets = new FacetReader(path);
        _listsThreads = TryReadText(root, "fs/bobbin/view"u8, out ReadOnlySpan<byte> view) && view.IndexOf("list-threads yes"u8) >= 0;
    }

    /// <inheritdoc/>
    public string Name => "proc";

    /// <summary>Opens a mounted /proc.</summary>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public static ProcReader Open(string path = "/proc")
    {
        Errno errno = Libc.Open(System.Text.Encoding.UTF8.GetBytes(path), OpenFlags.ReadOnly | OpenFlags.Directory, out int root);
        return errno == Errno.None ? new ProcReader(root, path) : throw new LinuxException(errno, "open", path);
    }

    /// <inheritdoc/>
    public TaskSnapshot Read(TaskFacets facets = TaskFacets.None, TaskSnapshot? recycled = null, CancellationToken cancellation = default)
    {
        (ProcessColumns processes, ThreadColumns threads) = TaskSnapshot.Recycle(recycled, _processCapacity, _threadCapacity);
        Libc.Seek(_root, 0);
        while (Libc.GetDents(_root, _listing, out int length) == Errno.None && length > 0)
        {
            DirectoryReader entries = new(_listing.AsSpan(0, length));
            while (entries.MoveNext())
            {
                if (entries.Name[0] is >= (byte)'1' and <= (byte)'9' && (!_listsThreads || IsLeader(entries.Name)))
                {
                    cancellation.ThrowIfCancellationRequested();
                    ReadProcess(entries.Name, facets, processes, threads);
                }
            }
        }

        Fill(facets, processes, cancellation);
        _processCapacity = processes.Count + (processes.Count / 8) + 16;
        _threadCapacity = threads.Count + (threads.Count / 8) + 16;
        return new TaskSnapshot(facets, processes, threads, Libc.TimeSinceBoot());
    }

    /// <inheritdoc/>
    public bool TryRead(int processId, TaskFacets facets, [NotNullWhen(true)] out TaskSnapshot? snapshot)
    {
        ProcessColumns processes = new(1);
        ThreadColumns threads = new(4);
        Add(processId, facets, processes, threads);
        Fill(facets, processes, CancellationToken.None);

        // /proc/ID is there for any thread's id, and its stat does not say that it is one.
        Span<byte> name = stackalloc byte[16];
        Utf8Formatter.TryFormat(processId, name, out int length);
        bool isProcess = processes.Count == 1 && IsLeader(name[..length]);
        snapshot = isProcess ? new TaskSnapshot(facets, processes, threads, Libc.TimeSinceBoot()) : null;
        return isProcess;
    }

    /// <summary>Adds one process, if it is there.</summary>
    public void Add(int id, TaskFacets facets, ProcessColumns processes, ThreadColumns threads)
    {
        Span<byte> name = stackalloc byte[16];
        Utf8Formatter.TryFormat(id, name, out int length);
        ReadProcess(name[..length], facets, processes, threads);
    }

    /// <summary>Adds the facets that are texts to processes that are all there.</summary>
    public void Fill(TaskFacets facets, ProcessColumns processes, CancellationToken cancellation) => _facets.Fill(facets, processes, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _facets.Dispose();
        Libc.Close(_root);
    }

    private bool IsLeader(ReadOnlySpan<byte> id)
    {
        Span<byte> path = stackalloc byte[32];
        id.CopyTo(path);
        "/status"u8.CopyTo(path[id.Length..]);
        ReadOnlySpan<byte> key = "\nTgid:\t"u8;
        int at;
        return TryReadText(_root, path[..(id.Length + 7)], out ReadOnlySpan<byte> text) && (at = text.IndexOf(key)) >= 0
            && text[(at + key.Length)..].StartsWith(id) && text[at + key.Length + id.Length] == '\n';
    }

    private void ReadProcess(ReadOnlySpan<byte> name, TaskFacets facets, ProcessColumns processes, ThreadColumns threads)
    {
        Span<byte> path = stackalloc byte[32];
        name.CopyTo(path);
        "/stat"u8.CopyTo(path[name.Length..]);
        if (!TryReadStat(_root, path[..(name.Length + 5)], out int id, out ReadOnlySpan<byte> comm, out StatFields stat))
        {
            return; // gone, or hidden
        }

        int first = threads.Count;
        int leader = -1;
        if ((facets & TaskFacets.Threads) == 0)
        {
            // The text of a process has its times; they are not its leader's own.
            StatFields own = stat with { UserTicks = 0, SystemTicks = 0, GuestTicks = 0, MinorFaults = 0, MajorFaults = 0 };
            leader = threads.Add(id, processes.Count, comm, own);
        }
        else
        {
            "/task"u8.CopyTo(path[name.Length..]);
            ReadThreads(path[..(name.Length + 5)], id, stat.ThreadCount, processes.Count, threads, ref leader);
        }

        if (leader < 0)
        {
            threads.Count = first; // it ended meanwhile
            return;
        }

        int row = processes.Add(id, stat);
        processes.SetThreads(row, first, threads.Count - first, leader);
        if ((facets & TaskFacets.Credentials) != 0)
        {
            "/status"u8.CopyTo(path[name.Length..]);
            ReadCredentials(path[..(name.Length + 7)], processes, row);
        }
    }

    private void ReadThreads(ReadOnlySpan<byte> path, int process, int count, int row, ThreadColumns threads, ref int leader)
    {
        Span<byte> name = stackalloc byte[32];
        if (count == 1)
        {
            // The only thread's id is known, unless another was started meanwhile, which then counts as born after us.
            path.CopyTo(name);
            name[path.Length] = (byte)'/';
            Utf8Formatter.TryFormat(process, name[(path.Length + 1)..], out int digits);
            "/stat"u8.CopyTo(name[(path.Length + 1 + digits)..]);
            ReadThread(_root, name[..(path.Length + 6 + digits)], process, row, threads, ref leader);
            return;
        }

        if (Libc.OpenAt(_root, path, OpenFlags.ReadOnly | OpenFlags.Directory, out int directory) != Errno.None)
        {
            return;
        }

        // task/ is in the order of birth, which is not that of ids once these have begun anew.
        int found = ListThreads(directory);
        _ids.AsSpan(0, found).Sort();
        foreach (int id in _ids.AsSpan(0, found))
        {
            Utf8Formatter.TryFormat(id, name, out int digits);
            "/stat"u8.CopyTo(name[digits..]);
            ReadThread(directory, name[..(digits + 5)], process, row, threads, ref leader);
        }

        Libc.Close(directory);
    }

    private int ListThreads(int directory)
    {
        int count = 0;
        while (Libc.GetDents(directory, _threadListing, out int length) == Errno.None && length > 0)
        {
            DirectoryReader entries = new(_threadListing.AsSpan(0, length));
            while (entries.MoveNext())
            {
                if (Utf8Parser.TryParse(entries.Name, out int id, out _))
                {
                    if (count == _ids.Length)
                    {
                        Array.Resize(ref _ids, count * 2);
                    }

                    _ids[count++] = id;
                }
            }
        }

        return count;
    }

    private void ReadThread(int directory, ReadOnlySpan<byte> path, int process, int row, ThreadColumns threads, ref int leader)
    {
        if (TryReadStat(directory, path, out int id, out ReadOnlySpan<byte> name, out StatFields stat))
        {
            int thread = threads.Add(id, row, name, stat);
            leader = id == process ? thread : leader;
        }
    }

    private bool TryReadStat(int directory, ReadOnlySpan<byte> path, out int id, out ReadOnlySpan<byte> name, out StatFields stat)
    {
        if (!TryReadText(directory, path, out ReadOnlySpan<byte> text))
        {
            id = 0;
            name = default;
            stat = default;
            return false;
        }

        return StatParser.TryParse(text, out id, out name, out stat);
    }

    private void ReadCredentials(ReadOnlySpan<byte> path, ProcessColumns processes, int row)
    {
        uint user = uint.MaxValue, effectiveUser = uint.MaxValue, group = uint.MaxValue, effectiveGroup = uint.MaxValue;
        if (TryReadText(_root, path, out ReadOnlySpan<byte> text))
        {
            ReadPair(text, "\nUid:\t"u8, out user, out effectiveUser);
            ReadPair(text, "\nGid:\t"u8, out group, out effectiveGroup);
        }

        processes.SetCredentials(row, user, effectiveUser, group, effectiveGroup);
    }

    // real, effective, saved, file system
    private static void ReadPair(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key, out uint real, out uint effective)
    {
        real = effective = uint.MaxValue;
        int at = text.IndexOf(key);
        if (at >= 0 && Utf8Parser.TryParse(text[(at + key.Length)..], out uint first, out int used)
            && Utf8Parser.TryParse(text[(at + key.Length + used + 1)..], out uint second, out _))
        {
            real = first;
            effective = second;
        }
    }

    private bool TryReadText(int directory, ReadOnlySpan<byte> path, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (Libc.OpenAt(directory, path, OpenFlags.ReadOnly, out int file) != Errno.None)
        {
            return false;
        }

        Errno errno = Libc.Read(file, _text, out int length);
        Libc.Close(file);
        text = _text.AsSpan(0, length);
        return errno == Errno.None && length > 0;
    }
}
