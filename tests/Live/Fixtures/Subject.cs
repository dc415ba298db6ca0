using System.Globalization;

namespace Bobbin.Tests.Fixtures;

/// <summary>Whose /proc is under test.</summary>
public enum Side
{
    Kernel,
    Bobbin,
}

/// <summary>A proc file system of its own mount: the kernel's, or Bobbin's.</summary>
internal sealed class Subject : IDisposable
{
    private readonly string? _connection;

    private Subject(Side side, string root)
    {
        Side = side;
        Root = root;
        if (side == Side.Bobbin)
        {
            _connection = FindConnection(root);
            Server = FindServer(root);
            FuseConnections.Add(_connection);
        }
    }

    public Side Side { get; }

    /// <summary>The mount point.</summary>
    public string Root { get; }

    /// <summary>The process that serves the mount; 0 for the kernel's.</summary>
    public int Server { get; }

    /// <summary>A path below the mount point.</summary>
    public string this[string path] => path.Length == 0 ? Root : $"{Root}/{path}";

    /// <summary>Mounts one. Options as Bobbin has them: <c>hidepid=2,gid=4000,pidns=PID</c>.</summary>
    public static Subject Mount(Side side, string options = "")
    {
        string root = Scratch.MakeFolder(side.ToString().ToLowerInvariant());
        if (side == Side.Kernel)
        {
            string[] words = options.Length == 0 ? [] : ["-o", string.Join(',', options.Split(',').Select(KernelsOption))];
            Command.Check(["mount", "-t", "proc", .. words, "proc", root]);
        }
        else
        {
            Command.Check([Product.Binary, "mount", .. Words(options), root, "--detach"]);
        }

        return new Subject(side, root);
    }

    /// <summary>One that an ordinary user mounts, on a directory of that user's.</summary>
    public static Subject MountAs(uint user, string binary)
    {
        string root = Scratch.MakeFolder("users");
        Command.Check("chown", $"{user}:{user}", root);
        Command.Check("setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups", "--inh-caps=-all", binary, "mount", root, "--detach");
        return new Subject(Side.Bobbin, root);
    }

    public void Dispose()
    {
        // Lazily: a descriptor that a failed test left open must not keep the mount.
        Command result = Command.Run(["umount", "-l", Root]);
        if (_connection is not null)
        {
            FuseConnections.AbortIfStillThere(_connection, TimeSpan.FromSeconds(10));
        }

        if (result.ExitCode == 0)
        {
            Directory.Delete(Root);
        }
    }

    private static IEnumerable<string> Words(string options) =>
        options.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(option => "--" + option);

    /// <summary>The kernel takes a namespace's file where Bobbin takes a process in it.</summary>
    private static string KernelsOption(string option) =>
        option.StartsWith("pidns=", StringComparison.Ordinal) ? $"pidns=/proc/{option[6..]}/ns/pid"
        : option == "read-only" ? "ro"
        : option;

    /// <summary>The number of the FUSE connection is the minor number of the mount's device; nothing asks the mount itself.</summary>
    private static string FindConnection(string root)
    {
        foreach (string line in File.ReadLines("/proc/self/mountinfo"))
        {
            string[] words = line.Split(' ');
            if (words[4] == root)
            {
                return words[2].Split(':')[1];
            }
        }

        throw new InvalidOperationException($"bobbin mount said that it succeeded, but {root} is not mounted");
    }

    private static int FindServer(string root)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                && Native.Cat($"{folder}/cmdline").Text.Split('\0').Any(word => word == root || word == "at=" + root))
            {
                return id;
            }
        }

        return 0;
    }
}
