using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/cmdline: the arguments, each ended by NUL. Kernel: fs/proc/base.c, get_mm_cmdline() and get_mm_proctitle().</summary>
internal static class CmdlineFile
{
    public static void Write(in TaskReading reading, ref ProcText text) => Write(ref text, reading.Record.Memory);

    public static void Write(ref ProcText text, TaskMemory? memory)
    {
        ReadOnlySpan<byte> arguments = memory is null ? default : memory.Arguments.Span;
        if (arguments.IsEmpty)
        {
            return;
        }

        if (arguments[^1] == 0)
        {
            text.Literal(arguments);
            return;
        }

        // The program wrote over its arguments, as setproctitle does: one string from their start, which may run on into the
        // environment where that follows at once; of a page at most.
        int start = text.Length;
        ReadOnlySpan<byte> title = UpToNul(arguments, out bool ended);
        text.Literal(title);
        if (!ended && memory!.EndArguments == memory.StartEnvironment)
        {
            text.Literal(UpToNul(memory.Environment.Span, out _));
        }

        text.Cut(start + TaskMemory.PageSize);
    }

    private static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> bytes, out bool ended)
    {
        int nul = bytes.IndexOf((byte)0);
        ended = nul >= 0;
        return ended ? bytes[..(nul + 1)] : bytes;
    }
}
