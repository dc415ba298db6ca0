namespace Bobbin.Sources;

/// <summary>
/// User and system time as the kernel shows them: it counts ticks of both kinds, which are coarse, and the exact time that a task ran, and
/// divides the latter in the proportion of the former, never showing less than it showed before (<c>kernel/sched/cputime.c</c>,
/// cputime_adjust()).
/// </summary>
internal static class CpuTimes
{
    /// <summary>Divides <paramref name="ran"/>; all in nanoseconds.</summary>
    /// <param name="user">Ticks in user mode.</param>
    /// <param name="system">Ticks in the kernel.</param>
    /// <param name="ran">The time it ran.</param>
    /// <param name="shownUser">What was shown last; the kernel keeps it. Becomes what is shown now.</param>
    /// <param name="shownSystem">The same of system time.</param>
    public static void Divide(ulong user, ulong system, ulong ran, ref ulong shownUser, ref ulong shownSystem)
    {
        if (shownUser + shownSystem >= ran)
        {
            return;
        }

        ulong systemPart = system == 0 ? 0
            : user == 0 ? ran
            : Math.Min(Proportion(system, ran, system + user), ran);
        systemPart = Math.Max(systemPart, shownSystem);
        ulong userPart = ran - systemPart;
        if (userPart < shownUser)
        {
            userPart = shownUser;
            systemPart = ran - userPart;
        }

        shownUser = userPart;
        shownSystem = systemPart;
    }

    // a * b / c. A product of 128 bits takes years of processor time, and its division ten times as long.
    private static ulong Proportion(ulong a, ulong b, ulong c) =>
        Math.BigMul(a, b, out ulong low) == 0 ? low / c : (ulong)((UInt128)a * b / c);
}
