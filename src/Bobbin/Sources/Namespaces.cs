using Bobbin.Kernel.Linux;

namespace Bobbin.Sources;

/// <summary>Whether this process is where the kernel's structures and its own view agree on ids and times.</summary>
internal static class Namespaces
{
    // Inode numbers of the first namespaces (include/uapi/linux/nsfs.h).
    private static readonly (string Name, string Kind, string Link)[] s_initial =
    [
        ("pid", "pid", "pid:[4026531836]"), ("user", "user", "user:[4026531837]"), ("time", "time", "time:[4026531834]"),
    ];

    /// <summary>Null where all are the machine's first; else which is not.</summary>
    public static string? WhyNotInitial()
    {
        Span<byte> link = stackalloc byte[64];
        foreach ((string name, string kind, string initial) in s_initial)
        {
            byte[] path = System.Text.Encoding.UTF8.GetBytes($"/proc/self/ns/{name}");
            Errno errno = Libc.ReadLinkAt(At.CurrentDirectory, path, link, out int length);
            bool isMissing = errno == Errno.ENOENT && name != "pid"; // CONFIG_USER_NS or CONFIG_TIME_NS is off: there is only one
            if (!isMissing && errno != Errno.None)
            {
                return $"it cannot be told which {kind} namespace this process is in: /proc/self/ns/{name}: {errno.Describe()}";
            }

            if (!isMissing && System.Text.Encoding.UTF8.GetString(link[..length]) != initial)
            {
                return $"this process is in a {kind} namespace of its own";
            }
        }

        return null;
    }
}
