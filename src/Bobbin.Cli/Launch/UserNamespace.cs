using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Cli.Launch;

/// <summary>
/// An ordinary user's way to a mount namespace: a user namespace with the same ids. A process with several threads cannot make one,
/// so util-linux's unshare does and then becomes bobbin again, all within the same process.
/// </summary>
internal static class UserNamespace
{
    /// <summary>The hidden verb of the second start; what follows is the first one's command line.</summary>
    public const string Verb = "__inside";

    private static readonly string[] s_programs = ["/usr/bin/unshare", "/bin/unshare", "/usr/local/bin/unshare", "/run/current-system/sw/bin/unshare"];

    private static byte[][] Unshare =>
    [
        "unshare"u8.ToArray(), "--user"u8.ToArray(), "--map-current-user"u8.ToArray(), "--keep-caps"u8.ToArray(), "--mount"u8.ToArray(),
        "--propagation"u8.ToArray(), "unchanged"u8.ToArray(), "--"u8.ToArray(),
    ];

    /// <summary>Whether this process may not make a mount namespace as it is.</summary>
    public static bool IsNeeded() =>
        Libc.GetCapabilities(0, out CapabilitySets sets) == Errno.None && !sets.Has((int)Capability.CAP_SYS_ADMIN);

    /// <summary>Becomes <c>unshare ... bobbin __inside ...</c>; returns only to say why it could not.</summary>
    public static CommandFailure Enter(CommandLine line)
    {
        if (line.IsInside)
        {
            return new("run", "the user namespace gives no right to mount", Restrictions.Explain());
        }

        // Fails here, while there is somebody to say so, and not after execve.
        FuseDevice.Open().Dispose();
        if (Array.Find(s_programs, File.Exists) is not string file)
        {
            return new("run", "an ordinary user needs util-linux's unshare, which is not installed", "install it, or run bobbin as root");
        }

        byte[] program = System.Text.Encoding.ASCII.GetBytes(file);
        if (!CanUnshare(program, line.Inherited.BlocksChild))
        {
            return new("run", "this user cannot make a user namespace", Restrictions.Explain());
        }

        byte[][] self = [OwnProgram.Path, .. OwnProgram.Prefix[1..], "__inside"u8.ToArray()];
        using NativeStrings arguments = new([.. Unshare, .. self], line.All);
        line.Inherited.Restore();
        return new("unshare", Libc.Execute(program, arguments.Pointer, Libc.Environment).Describe());
    }

    /// <summary>Whether this user can make one, by trying.</summary>
    public static bool CanUse() => Array.Find(s_programs, File.Exists) is string file
        && CanUnshare(System.Text.Encoding.ASCII.GetBytes(file), childBlocked: false);

    /// <summary>Gives up the capabilities that came with the namespace: the command shall have what it had without bobbin.</summary>
    public static void DropCapabilities()
    {
        const int PR_CAP_AMBIENT_CLEAR_ALL = 4;
        _ = Libc.ProcessControl(ProcessControl.AmbientCapabilities, PR_CAP_AMBIENT_CLEAR_ALL);
        _ = Libc.SetThreadCapabilities(default);
    }

    // unshare itself would say "unshare failed" in its own words and after this process is gone. So try it first.
    private static bool CanUnshare(byte[] program, bool childBlocked)
    {
        if (Libc.Open("/dev/null"u8, OpenFlags.ReadWrite, out int nothing) != Errno.None)
        {
            return false;
        }

        using NativeStrings arguments = new([.. Unshare, program, "--version"u8.ToArray()]);
        Errno error = Libc.Spawn(program, arguments, Libc.Environment, [nothing, nothing, nothing], newSession: false, default, out int process);
        Libc.Close(nothing);
        return error == Errno.None && Libc.ReapQuietly(process, childBlocked) == 0;
    }
}
