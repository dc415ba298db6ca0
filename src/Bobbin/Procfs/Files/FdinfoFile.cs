using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/fdinfo/N. Kernel: fs/proc/fd.c, seq_show().</summary>
internal static class FdinfoFile
{
    public static Errno Open(GeneratedContent content, in Caller caller, ProcNode node, TaskKey task, int mask, out ProcFile? file)
    {
        file = null;
        ProcAttributes attributes = default;
        if (!content.Records.TryGetRecord(task, out TaskRecord record))
        {
            return Errno.ESRCH;
        }

        Errno error = FdDirectory.GetAttributes(content, record, node, ref attributes);
        if (error == Errno.None)
        {
            error = content.CheckPermissions(caller, node, attributes, mask);
        }

        if (error == Errno.None && !content.TaskAccess.MayTrace(caller, record))
        {
            error = Errno.EACCES;
        }

        file = error == Errno.None ? TextFile.Rent(content, node, task, caller) : null;
        return error;
    }

    /// <summary>False where the descriptor is closed by now.</summary>
    public static bool Write(ref ProcText text, in TaskRecord record, int number)
    {
        if (!FdDirectory.TryGet(record, number, out OpenFile? file))
        {
            return false;
        }

        text.Literal("pos:\t"u8).Number(file.Position).Literal("\nflags:\t0"u8).Octal(file.Flags);
        text.Literal("\nmnt_id:\t"u8).Number(file.MountId).Literal("\nino:\t"u8).Number(file.Inode).Line();
        text.Literal(file.Details.Span);
        return true;
    }
}
