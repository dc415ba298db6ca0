using Bobbin.Cli.Serving;
using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Cli.Launch;

/// <summary>Gives the calling thread a mount namespace of its own in which /proc is Bobbin's.</summary>
internal static class PrivateProc
{
    /// <summary>
    /// Starts a server, enters a new mount namespace and mounts there. The thread must be the one that then becomes the command:
    /// a mount namespace is a thread's own until exec makes it the process's. The server stays behind in the old one, since it must
    /// never walk into its own mount.
    /// </summary>
    public static void Enter(ServerOptions options, bool childBlocked)
    {
        using SafeFileHandle device = FuseDevice.Open();
        int found = KernelProcfs.Find();
        string place = KernelProcfs.FindPlace();
        using ServerProcess server = ServerProcess.Start(options with { LinkBase = place }, device, found, childBlocked);
        Require(Libc.Unshare(Namespaces.Mount), "unshare", "it takes CAP_SYS_ADMIN");
        MakeSlave();
        if (place.Length > 0)
        {
            KeepKernelProcfs(options, place);
        }

        FuseDevice.Mount(device, "/proc", options.View.ReadOnly);
        if (found >= 0)
        {
            Libc.Close(found);
        }

        server.Await();
    }

    // Found once more: a mount can be copied only within its own namespace.
    private static void KeepKernelProcfs(ServerOptions options, string place)
    {
        int found = KernelProcfs.Find();
        int tree = KernelProcfs.Detach(options, found);
        if (tree >= 0)
        {
            _ = KernelProcfs.Attach(tree, place);
            Libc.Close(tree);
        }

        Libc.Close(found);
    }

    // What is mounted here stays here; what the machine mounts later still arrives.
    private static void MakeSlave()
    {
        Errno error = Libc.Mount(""u8, "/"u8, ""u8, MountFlags.Recursive | MountFlags.Slave);
        if (error == Errno.EINVAL)
        {
            // The root is no mount point (chroot into a plain directory): what lies at /proc decides.
            error = Libc.Mount(""u8, "/proc"u8, ""u8, MountFlags.Slave);
        }

        Require(error, "mount --make-rslave /", "the root must be a mount point");
    }

    private static void Require(Errno error, string call, string remedy)
    {
        if (error != Errno.None)
        {
            throw new CommandFailure("run", $"{call}: {error.Describe()}", remedy);
        }
    }
}
