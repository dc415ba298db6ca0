using Bobbin.Snapshots;
using Bobbin.Tasks;

namespace Bobbin.Sources;

/// <summary>Takes <c>/proc/PID/stat</c> apart (proc_pid_stat(5)), in one pass and where it lies.</summary>
internal static class StatParser
{
    private const int LastField = 44;

    /// <summary>
    /// False where the text is not whole. A name may hold anything, spaces, parentheses and line ends too: it ends at the last parenthesis.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out int id, out ReadOnlySpan<byte> name, out StatFields stat)
    {
        stat = default;
        name = default;
        int open = text.IndexOf((byte)'(');
        int close = text.LastIndexOf((byte)')');
        if (!TryNumber(text, 0, out long number, out int at) || open != at + 1 || close < open || close + 3 >= text.Length)
        {
            id = 0;
            return false;
        }

        id = (int)number;
        name = text[(open + 1)..close];
        stat.State = (TaskState)text[close + 2];
        at = close + 3;
        for (int field = 4; field <= LastField; field++)
        {
            if (at >= text.Length || text[at] != ' ' || !TryNumber(text, at + 1, out number, out at))
            {
                return false;
            }

            Set(ref stat, field, number);
        }

        // A field at the very end may be cut off in its middle.
        return at < text.Length;
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, int at, out long number, out int end)
    {
        bool isNegative = at < text.Length && text[at] == '-';
        end = isNegative ? at + 1 : at;
        int first = end;
        ulong value = 0;
        uint digit;
        while (end < text.Length && (digit = (uint)text[end] - '0') <= 9)
        {
            value = (value * 10) + digit;
            end++;
        }

        number = isNegative ? -(long)value : (long)value;
        return end > first;
    }

    private static void Set(ref StatFields stat, int field, long number)
    {
        switch (field)
        {
            case 4: stat.ParentId = (int)number; break;
            case 5: stat.ProcessGroupId = (int)number; break;
            case 6: stat.SessionId = (int)number; break;
            case 7: stat.Terminal = (int)number; break;
            case 8: stat.ForegroundGroupId = (int)number; break;
            case 9: stat.Flags = (ProcessFlags)number; break;
            case 10: stat.MinorFaults = (ulong)number; break;
            case 11: stat.ChildrenMinorFaults = (ulong)number; break;
            case 12: stat.MajorFaults = (ulong)number; break;
            case 13: stat.ChildrenMajorFaults = (ulong)number; break;
            case 14: stat.UserTicks = (ulong)number; break;
            case 15: stat.SystemTicks = (ulong)number; break;
            case 16: stat.ChildrenUserTicks = (ulong)number; break;
            case 17: stat.ChildrenSystemTicks = (ulong)number; break;
            case 18: stat.Priority = (int)number; break;
            case 19: stat.Nice = (int)number; break;
            case 20: stat.ThreadCount = (int)number; break;
            case 22: stat.StartTicks = (ulong)number; break;
            case 23: stat.VirtualBytes = (ulong)number; break;
            case 24: stat.ResidentPages = (ulong)number; break;
            case 25: stat.ResidentLimit = (ulong)number; break;
            case 38: stat.ExitSignal = (int)number; break;
            case 39: stat.Processor = (int)number; break;
            case 40: stat.RealTimePriority = (int)number; break;
            case 41: stat.Policy = (SchedulingPolicy)number; break;
            case 42: stat.BlockDelayTicks = (ulong)number; break;
            case 43: stat.GuestTicks = (ulong)number; break;
            case 44: stat.ChildrenGuestTicks = (ulong)number; break;
        }
    }
}
