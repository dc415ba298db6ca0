using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bobbin.Sources;

/// <summary>Goes through what <see cref="IteratorProgram"/> wrote, thread by thread, in the order of the walk.</summary>
internal ref struct RecordWalk(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;
    private ReadOnlySpan<byte> _thread;
    private ReadOnlySpan<byte> _group;

    /// <summary>The thread.</summary>
    public readonly ref readonly ThreadRecord Thread => ref MemoryMarshal.AsRef<ThreadRecord>(_thread);

    /// <summary>Whether it leads its group, whose record is then there too.</summary>
    public readonly bool IsLeader => !_group.IsEmpty;

    /// <summary>The group of a leader.</summary>
    public readonly ref readonly GroupRecord Group => ref MemoryMarshal.AsRef<GroupRecord>(_group);

    /// <summary>Goes to the next thread; false at the end.</summary>
    public bool MoveNext()
    {
        if (!TryTake(Unsafe.SizeOf<ThreadRecord>(), out _thread))
        {
            return false;
        }

        _group = default;
        return Thread.Id != Thread.Group || TryTake(Unsafe.SizeOf<GroupRecord>(), out _group);
    }

    private bool TryTake(int size, out ReadOnlySpan<byte> part)
    {
        bool isWhole = _rest.Length >= size;
        part = isWhole ? _rest[..size] : default;
        _rest = isWhole ? _rest[size..] : default;
        return isWhole;
    }
}
