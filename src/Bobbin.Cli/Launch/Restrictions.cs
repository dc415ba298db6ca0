using Bobbin.Cli.Text;

namespace Bobbin.Cli.Launch;

/// <summary>The settings by which a machine keeps ordinary users from making user namespaces.</summary>
internal static class Restrictions
{
    /// <summary>Settings that forbid, each with the value that allows.</summary>
    public static IReadOnlyList<(string Setting, string Is, string ShouldBe)> Found()
    {
        List<(string, string, string)> found = [];
        Look("user.max_user_namespaces", value => value == "0", "15000");
        Look("kernel.unprivileged_userns_clone", value => value == "0", "1");
        Look("kernel.apparmor_restrict_unprivileged_userns", value => value != "0", "0");
        return found;

        void Look(string setting, Predicate<string> forbids, string allowed)
        {
            try
            {
                string value = File.ReadAllText($"/proc/sys/{setting.Replace('.', '/')}").Trim();
                if (forbids(value))
                {
                    found.Add((setting, value, allowed));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // This kernel has no such setting.
            }
        }
    }

    /// <summary>What to do, in words.</summary>
    public static string Explain()
    {
        IReadOnlyList<(string Setting, string Is, string ShouldBe)> found = Found();
        return found.Count > 0
            ? "as root: " + string.Join(" and ", found.Select(one => $"sysctl {one.Setting}={one.ShouldBe} (it is {one.Is})"))
            : ProcessLimit.IsLow ? CommandFailure.MoreProcesses
            : !File.Exists("/proc/self/uid_map") ? "no procfs is mounted on /proc, where its ids are to be written"
            : "a seccomp filter or security module of this container or machine forbids it; run bobbin as root";
    }
}
