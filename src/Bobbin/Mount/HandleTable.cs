using Bobbin.Procfs;

namespace Bobbin.Mount;

/// <summary>
/// Open files and directories by the number that the kernel hands back with each request: a slot plus one. Slots are used again, so
/// that opening allocates nothing once there have been as many open files before.
/// </summary>
internal sealed class HandleTable
{
    private const int End = -1;

    private readonly Lock _lock = new();
    private Slot[] _slots = [];
    private int _free = End;

    /// <summary>How many are open.</summary>
    public int Count { get; private set; }

    /// <summary>Takes a slot; a directory whose listing keeps no state has no file.</summary>
    public ulong Add(ProcNode node, ProcFile? file, bool isDirectory)
    {
        lock (_lock)
        {
            if (_free == End)
            {
                Grow();
            }

            int index = _free;
            _free = _slots[index].Next;
            _slots[index] = new Slot { Node = node, File = file, IsOpen = true, IsDirectory = isDirectory };
            Count++;
            return (ulong)index + 1;
        }
    }

    /// <summary>The open file, without a lock: the kernel has a handle only after <see cref="Add"/> and never after <see cref="Remove"/>.</summary>
    public ProcFile? Get(ulong handle)
    {
        Slot[] slots = Volatile.Read(ref _slots);
        return handle - 1 < (ulong)slots.Length ? slots[handle - 1].File : null;
    }

    /// <summary>Frees a slot; the file that was in it.</summary>
    public ProcFile? Remove(ulong handle)
    {
        lock (_lock)
        {
            if (handle - 1 >= (ulong)_slots.Length || !_slots[handle - 1].IsOpen)
            {
                return null;
            }

            ref Slot slot = ref _slots[handle - 1];
            ProcFile? file = slot.File;
            slot = new Slot { Next = _free };
            _free = (int)(handle - 1);
            Count--;
            return file;
        }
    }

    /// <summary>Whether anything is open of the task that a node was made for, and paths may still lead to it.</summary>
    public bool HasUnsettled(ProcNode node)
    {
        lock (_lock)
        {
            foreach (ref Slot slot in _slots.AsSpan())
            {
                if (slot.IsOpen && !slot.IsSettled && IsSameTask(slot.Node, node))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Notes that no path leads any more to what is open of a dead task.</summary>
    public void Settle(ProcNode node)
    {
        lock (_lock)
        {
            foreach (ref Slot slot in _slots.AsSpan())
            {
                slot.IsSettled |= slot.IsOpen && IsSameTask(slot.Node, node);
            }
        }
    }

    /// <summary>Whether no path leads to a dead task's node, because <see cref="Settle"/> noted so for its task.</summary>
    public bool IsSettled(ProcNode node)
    {
        lock (_lock)
        {
            foreach (ref Slot slot in _slots.AsSpan())
            {
                if (slot.IsSettled && IsSameTask(slot.Node, node))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Finds a node among what is open; its file is null where its listing keeps no state.</summary>
    public bool TryFind(ProcNode node, out ProcFile? file, out bool isDirectory)
    {
        lock (_lock)
        {
            foreach (ref Slot slot in _slots.AsSpan())
            {
                if (slot.IsOpen && slot.Node == node)
                {
                    file = slot.File;
                    isDirectory = slot.IsDirectory;
                    return true;
                }
            }
        }

        file = null;
        isDirectory = false;
        return false;
    }

    /// <summary>Releases whatever is still open: the kernel sends no RELEASE after an unmount by force.</summary>
    public void ReleaseAll()
    {
        lock (_lock)
        {
            foreach (ref Slot slot in _slots.AsSpan())
            {
                slot.File?.Release();
                slot = default;
            }

            _slots = [];
            _free = End;
            Count = 0;
        }
    }

    // The kinds of nodes share the low 18 bits of their task's tag.
    private static bool IsSameTask(ProcNode one, ProcNode other) =>
        one.HasTask && other.HasTask && one.Id == other.Id && ((one.Value ^ other.Value) & 0x3_FFFF) == 0;

    private void Grow()
    {
        Slot[] larger = new Slot[Math.Max(64, _slots.Length * 2)];
        _slots.CopyTo(larger, 0);
        for (int i = larger.Length - 1; i >= _slots.Length; i--)
        {
            larger[i].Next = _free;
            _free = i;
        }

        Volatile.Write(ref _slots, larger);
    }

    private struct Slot
    {
        public ProcNode Node;
        public ProcFile? File;
        public int Next;
        public bool IsOpen, IsDirectory, IsSettled;
    }
}
