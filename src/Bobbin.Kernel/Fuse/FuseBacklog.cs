using System.Diagnostics.CodeAnalysis;

namespace Bobbin.Kernel.Fuse;

/// <summary>
/// Requests read when as many threads as may be were busy. One thread goes on reading even then, because an interrupt that
/// nobody reads could never free the others.
/// </summary>
internal sealed class FuseBacklog
{
    private readonly Lock _gate = new();
    private readonly LinkedList<(ulong Unique, byte[] Request)> _waiting = new();
    private int _count;

    /// <summary>How many there are; read without a lock.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>Puts a request last.</summary>
    public void Add(ulong unique, ReadOnlySpan<byte> request)
    {
        lock (_gate)
        {
            _waiting.AddLast((unique, request.ToArray()));
            Interlocked.Increment(ref _count);
        }
    }

    /// <summary>Takes the first.</summary>
    public bool TryTake([NotNullWhen(true)] out byte[]? request)
    {
        lock (_gate)
        {
            request = _waiting.First?.Value.Request;
            if (request is null)
            {
                return false;
            }

            _waiting.RemoveFirst();
            Interlocked.Decrement(ref _count);
            return true;
        }
    }

    /// <summary>Takes one out that nobody has begun to serve.</summary>
    public bool TryRemove(ulong unique)
    {
        lock (_gate)
        {
            for (LinkedListNode<(ulong Unique, byte[] Request)>? node = _waiting.First; node is not null; node = node.Next)
            {
                if (node.Value.Unique == unique)
                {
                    _waiting.Remove(node);
                    Interlocked.Decrement(ref _count);
                    return true;
                }
            }

            return false;
        }
    }
}
