using System.Buffers;
using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

/// <summary>How a file of text behaves across several reads, and when its task dies between them.</summary>
internal enum TextRule
{
    /// <summary>
    /// The kernel's single-shot seq_file: written at the first read and served from that; written anew by a read at 0, or
    /// elsewhere than where the last one ended.
    /// </summary>
    Snapshot,

    /// <summary>Written anew by every read, as a file whose value fits in a few digits.</summary>
    EachRead,

    /// <summary>A seq_file of records: a read gives whole lines up to a page, however large its buffer is.</summary>
    Records,
}

/// <summary>Who writes the text of files.</summary>
internal interface ITextProvider
{
    /// <summary>Writes the text; an errno (ESRCH for a dead task) is what read(2) answers.</summary>
    Errno WriteText(TextFile file, in Caller reader, ref ProcText text);

    /// <summary>Takes what write(2) wrote. <paramref name="count"/> comes in as the length of the data, and goes out as what write(2) returns.</summary>
    Errno Store(TextFile file, in Caller writer, ReadOnlySpan<byte> data, ref int count);

    /// <summary>fstat(2); false: as stat(2) of the node.</summary>
    bool TryGetAttributes(TextFile file, in Caller caller, ref ProcAttributes attributes) => false;
}

/// <summary>A record as it was when a file was opened.</summary>
internal sealed class CapturedRecord(in TaskRecord record)
{
    private readonly TaskRecord _record = record;

    public ref readonly TaskRecord Record => ref _record;
}

/// <summary>An open file whose text is generated (<c>fs/seq_file.c</c>).</summary>
internal sealed class TextFile : ProcFile
{
    private const int PageSize = 4096;
    private const int LargestKept = 1 << 16;
    private static readonly FileList<TextFile> s_closed = new();

    private readonly Lock _lock = new();
    private ITextProvider? _provider;
    private byte[] _text = [];
    private int _length;
    private long _position; // where the last read ended; -1: nothing was read
    private int _chunkEnd;  // of TextRule.Records: how far records have been handed over

    private TextFile()
    {
    }

    /// <summary>What was opened.</summary>
    public ProcNode Node { get; private set; }

    /// <summary>The task it belongs to, if any.</summary>
    public TaskKey Task { get; private set; }

    /// <summary>Who opened it.</summary>
    public Caller Opener { get; private set; }

    /// <summary>How it behaves across reads.</summary>
    public TextRule Rule { get; private set; }

    /// <summary>What the provider captured when the file was opened.</summary>
    public CapturedRecord? Captured { get; private set; }

    public override Errno FindEnd() => Rule == TextRule.EachRead ? Errno.None : Errno.EINVAL;

    public static TextFile Rent(
        ITextProvider provider, ProcNode node, TaskKey task, in Caller opener, TextRule rule = TextRule.Snapshot, CapturedRecord? captured = null)
    {
        TextFile file = s_closed.Take() ?? new TextFile();
        file._provider = provider;
        file._length = 0;
        file._position = -1;
        file._chunkEnd = 0;
        file.Node = node;
        file.Task = task;
        file.Opener = opener;
        file.Rule = rule;
        file.Captured = captured;
        return file;
    }

    public override Errno Read(in Caller caller, long offset, Span<byte> buffer, out int count)
    {
        lock (_lock)
        {
            count = 0;
            bool drained = Rule switch
            {
                TextRule.EachRead => true,
                TextRule.Records => offset >= _chunkEnd,
                _ => false,
            };
            if (drained || offset == 0 || offset != _position)
            {
                Errno error = Write(caller, offset);
                if (error != Errno.None)
                {
                    return error;
                }
            }

            int end = Rule == TextRule.Records ? _chunkEnd : _length;
            if (offset < end)
            {
                count = Math.Min(end - (int)offset, buffer.Length);
                _text.AsSpan((int)offset, count).CopyTo(buffer);
            }

            _position = offset + count;
            return Errno.None;
        }
    }

    public override Errno Write(in Caller caller, long offset, ReadOnlySpan<byte> data, out int count)
    {
        count = data.Length;
        return _provider!.Store(this, caller, data, ref count);
    }

    public override bool TryGetAttributes(in Caller caller, ref ProcAttributes attributes, out Errno error)
    {
        error = Errno.None;
        return _provider!.TryGetAttributes(this, caller, ref attributes);
    }

    public override void Release()
    {
        if (Interlocked.Exchange(ref _provider, null) is null)
        {
            return; // released before: it may already be another open file
        }

        Captured = null;
        if (_text.Length > LargestKept)
        {
            GiveBack();
        }

        if (!s_closed.Return(this))
        {
            GiveBack();
        }
    }

    private Errno Write(in Caller reader, long offset)
    {
        if (_text.Length == 0)
        {
            _text = ArrayPool<byte>.Shared.Rent(PageSize);
        }

        ProcText text = new(_text);
        Errno error;
        try
        {
            error = _provider!.WriteText(this, reader, ref text);
        }
        finally
        {
            _text = text.Detach(out _length)!;
        }

        if (error != Errno.None)
        {
            _length = 0;
            _position = -1;
            _chunkEnd = 0;
            return error;
        }

        if (Rule == TextRule.Records)
        {
            _chunkEnd = EndOfRecords(offset);
        }

        return Errno.None;
    }

    /// <summary>Where the whole lines end that fit in a page from an offset on; a line longer than that comes whole.</summary>
    private int EndOfRecords(long offset)
    {
        if (offset >= _length)
        {
            return _length;
        }

        ReadOnlySpan<byte> rest = _text.AsSpan((int)offset, _length - (int)offset);
        if (rest.Length <= PageSize)
        {
            return _length;
        }

        int last = rest[..PageSize].LastIndexOf((byte)'\n');
        int end = last >= 0 ? last + 1 : rest.IndexOf((byte)'\n') + 1;
        return end > 0 ? (int)offset + end : _length;
    }

    private void GiveBack()
    {
        ArrayPool<byte>.Shared.Return(_text);
        _text = [];
    }
}
