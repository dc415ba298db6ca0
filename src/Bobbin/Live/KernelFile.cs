using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;

namespace Bobbin.Live;

/// <summary>One of the kernel's files, open. What the kernel ties to the opener it tied to the descriptor; what it asks of a reader is asked as the reader.</summary>
internal sealed class KernelFile : ProcFile
{
    private const EntryRule AtRead =
        EntryRule.ReaderCounts | EntryRule.TraceAtRead | EntryRule.Masked | EntryRule.Namespaces
        | EntryRule.Possessions | EntryRule.OpenToItself | EntryRule.CgroupNamespace;

    private static readonly FileList<KernelFile> s_closed = new();

    private KernelContent? _content;
    private TaskDirectory? _task;
    private EntryRule _rule;
    private ulong _inode;
    private int _descriptor;
    private bool _isStat, _wasReadBefore;
    private PathRow? _row;
    private int _slot;

    /// <summary>Makes an open file of the descriptor that stands open, if one does.</summary>
    public static bool TryReopen(KernelContent content, in Target target, out ProcFile? file)
    {
        file = null;
        ref int slot = ref target.Row is null ? ref target.Task!.Standing(target.StandingSlot) : ref target.Row.Standing;
        if (!StandingDescriptors.TryTake(ref slot, out int descriptor))
        {
            return false;
        }

        KernelFile reopened = Rent(content, target, descriptor, mayStand: true);
        reopened._wasReadBefore = true;
        file = reopened;
        return true;
    }

    /// <summary>Makes an open file of a descriptor, which may be kept beyond its release.</summary>
    public static KernelFile Rent(KernelContent content, in Target target, int descriptor, bool mayStand)
    {
        KernelFile file = s_closed.Take() ?? new KernelFile();
        file._content = content;
        file._rule = target.Rule;
        file._inode = target.Inode;
        file._descriptor = descriptor;
        file._isStat = target.Path.SequenceEqual("stat"u8);
        file._task = content.Keep(target.Task);
        file._row = target.Row;
        file._slot = mayStand ? target.StandingSlot : -1;
        file._wasReadBefore = false;
        return file;
    }

    public override Errno Read(in Caller caller, long offset, Span<byte> buffer, out int count)
    {
        if (!_wasReadBefore)
        {
            return ReadAs(caller, offset, buffer, out count);
        }

        // A file of text that stood open still has the last reader's text, which may say more than this one may know, and which only a read
        // at the start replaces. Not before that has been done is it this reader's: another thread of his may come meanwhile.
        count = 0;
        Errno error = offset == 0 ? Errno.None : ReadAs(caller, 0, stackalloc byte[1], out _);
        if (error == Errno.None)
        {
            error = ReadAs(caller, offset, buffer, out count);
            _wasReadBefore = error != Errno.None;
        }

        return error;
    }

    public override Errno Write(in Caller caller, long offset, ReadOnlySpan<byte> data, out int count)
    {
        count = 0;
        if ((_rule & EntryRule.WrittenByItself) != 0 && _content!.IsServer(_task))
        {
            return Errno.EPERM; // the kernel would take it from us, for whom nobody else may write it
        }

        Errno error = _content!.Enter(caller, _task, _rule, 2, default, out Passage passage);
        if (error != Errno.None)
        {
            return error;
        }

        error = Libc.WriteAt(_descriptor, data, offset, out count);
        if (error == Errno.ESPIPE)
        {
            error = Libc.Write(_descriptor, data, out count); // a file of records takes no position
        }

        passage.Dispose();
        return error;
    }

    public override bool TryGetAttributes(in Caller caller, ref ProcAttributes attributes, out Errno error)
    {
        error = Libc.Stat(_descriptor, out Statx stat);
        KernelContent.Fill(stat, _inode, ref attributes);
        return true;
    }

    /// <summary>The kernel's own file knows. Where the descriptor stands does not matter: all reads say where.</summary>
    public override Errno FindEnd() => Libc.SeekEnd(_descriptor);

    public override uint Poll(in Caller caller, uint events)
    {
        Span<PollDescriptor> one = [new PollDescriptor { Descriptor = _descriptor, Events = (PollEvents)events }];
        return Libc.Poll(one, 0, out int ready) == Errno.None && ready > 0 ? (uint)one[0].Ready : 0;
    }

    public override void Release()
    {
        KernelContent? content = Interlocked.Exchange(ref _content, null);
        if (content is null)
        {
            return;
        }

        if (_slot < 0)
        {
            Libc.Close(_descriptor);
        }
        else if (_row is not null)
        {
            content.Paths.KeepStanding(_row, _descriptor);
        }
        else
        {
            StandingDescriptors.Keep(ref _task!.Standing(_slot), _descriptor);
        }

        content.Drop(_task);
        _task = null;
        _row = null;
        s_closed.Return(this);
    }

    private Errno ReadAs(in Caller caller, long offset, Span<byte> buffer, out int count)
    {
        EntryRule rule = _rule & AtRead;
        if (rule == EntryRule.None || (_rule & (EntryRule.Public | EntryRule.CgroupNamespace)) == EntryRule.Public)
        {
            return Libc.ReadAt(_descriptor, buffer, offset, out count);
        }

        count = 0;
        Errno error = (_rule & EntryRule.CgroupNamespace) != 0
            ? _content!.EnterCgroupNamespace(caller, out Passage passage)
            : _content!.Enter(caller, _task, rule, 4, default, out passage);
        if (error != Errno.None)
        {
            return error;
        }

        error = passage.HidesOwn
            ? ReadHiding(offset, buffer, out count)
            : Libc.ReadAt(_descriptor, buffer, offset, out count);
        passage.Dispose();
        return error;
    }

    /// <summary>This process's own <c>stat</c> or <c>wchan</c>, as the kernel gives them to who may not trace it.</summary>
    private Errno ReadHiding(long offset, Span<byte> buffer, out int count)
    {
        Span<byte> text = stackalloc byte[2048];
        int length;
        if (_isStat)
        {
            Errno error = Libc.ReadAt(_descriptor, text[..1024], 0, out int read);
            if (error != Errno.None)
            {
                count = 0;
                return error;
            }

            length = StatText.Mask(text[..read], text[1024..]);
            text = text[1024..];
        }
        else
        {
            text[0] = (byte)'0';
            length = 1;
        }

        int from = (int)Math.Clamp(offset, 0, length);
        count = Math.Min(length - from, buffer.Length);
        text.Slice(from, count).CopyTo(buffer);
        return Errno.None;
    }
}
