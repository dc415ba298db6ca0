using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/loginuid, without a newline. Kernel: fs/proc/base.c, proc_loginuid_write(), and kernel/audit.c, audit_set_loginuid().</summary>
internal static class LoginuidFile
{
    public static void Write(in TaskReading reading, ref ProcText text) => text.Number(reading.Record.LoginId);

    /// <summary>Only the task itself may; and change what is set, only with CAP_AUDIT_CONTROL.</summary>
    public static Errno Store(in TaskWriting writing, ReadOnlySpan<byte> data, ref int count)
    {
        GeneratedContent content = writing.Content;
        if (!content.TaskAccess.IsItself(writing.Writer, writing.Task.Id) || !content.Records.TryGetRecord(writing.Task, out TaskRecord record))
        {
            return Errno.EPERM;
        }

        Errno error = WrittenNumber.TryParse(data, radix: 10, out ulong value);
        if (error != Errno.None || value > uint.MaxValue)
        {
            return error != Errno.None ? error : Errno.ERANGE;
        }

        bool allowed = record.LoginId == uint.MaxValue
            || content.TaskAccess.Credentials.HasCapability(writing.Writer, Capability.CAP_AUDIT_CONTROL);
        return allowed ? content.Records.SetLoginId(writing.Task, (uint)value) : Errno.EPERM;
    }
}

/// <summary>/proc/PID/sessionid of audit, without a newline. Kernel: fs/proc/base.c, proc_sessionid_read().</summary>
internal static class SessionidFile
{
    public static void Write(in TaskReading reading, ref ProcText text) => text.Number(reading.Record.AuditSession);
}
