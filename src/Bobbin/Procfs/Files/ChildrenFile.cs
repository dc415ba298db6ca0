using Bobbin.Kernel.Linux;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/task/TID/children: what this very thread forked, each id with a blank behind it. Kernel: fs/proc/array.c, children_seq_show().</summary>
internal static class ChildrenFile
{
    public static void Write(in TaskReading reading, ref ProcText text)
    {
        Span<int> ids = stackalloc int[256];
        int index = 0;
        int count;
        do
        {
            if (reading.Content.Records.ListChildren(reading.Record.Key, index, ids, out count) != Errno.None)
            {
                return;
            }

            foreach (int id in ids[..count])
            {
                text.Number(id).Space();
            }

            index += count;
        }
        while (count == ids.Length);
    }
}
