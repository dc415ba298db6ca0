using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

/// <summary>An open directory of the content with entries of the tree's own after the content's.</summary>
internal sealed class MergedDirectoryFile(ProcFile below, StaticDirectory own) : ProcFile
{
    // Far behind every position that procfs gives out, and still below 2^31 as seekable positions in /proc are.
    private const long Own = 1L << 30;

    public override Errno List(in Caller caller, long position, ref DirectoryWriter entries)
    {
        if (position < Own)
        {
            int before = entries.Length;
            Errno error = below.List(caller, position, ref entries);
            if (error != Errno.None || entries.Length != before || entries.IsFull)
            {
                return error; // only a call that adds nothing tells that the content's entries are over
            }

            position = Own;
        }

        return own.ListEntries((int)(position - Own), Own, ref entries);
    }

    public override bool TryGetAttributes(in Caller caller, ref ProcAttributes attributes, out Errno error)
    {
        bool got = below.TryGetAttributes(caller, ref attributes, out error);
        attributes.Links++;
        return got;
    }

    public override void Release() => below.Release();
}
