using System.CommandLine;
using System.Text;
using Bobbin.Cli.Launch;
using Bobbin.Cli.Text;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Commands;

/// <summary><c>bobbin umount</c>.</summary>
internal sealed class UnmountCommand : Command
{
    private readonly Argument<string> _directory = DirectoryArgument.Make("Where Bobbin is mounted");

    /// <summary>Makes the verb.</summary>
    public UnmountCommand()
        : base("umount", "Take a Bobbin mount away; its server ends.")
    {
        Arguments.Add(_directory);
        SetAction(result => Run(result.GetValue(_directory)!));
    }

    private static int Run(string directory)
    {
        string path = MountPoint.Resolve(directory);
        MountEntry? mount = MountTable.At(path);
        if (mount is not { IsBobbin: true })
        {
            throw new CommandFailure(directory, mount is null ? "nothing is mounted there" : $"what is mounted there is {mount.Type}, not Bobbin's",
                "findmnt -t fuse.bobbin lists what is");
        }

        if (UserNamespace.IsNeeded())
        {
            try
            {
                Fusermount.Unmount(path);
                return 0;
            }
            catch (FusermountException e)
            {
                throw Busy(directory, FuseDevice.FirstLine(e));
            }
        }

        Errno error = Libc.Unmount(Encoding.UTF8.GetBytes(path), UnmountFlags.NoFollow);
        return error == Errno.None ? 0 : throw Busy(directory, error.Describe());
    }

    private static CommandFailure Busy(string directory, string why) =>
        why.Contains("busy", StringComparison.OrdinalIgnoreCase)
            ? new(directory, "something uses it", $"fuser -vm {directory} says what; umount -l {directory} does not wait for it")
            : why.Contains("not found in", StringComparison.Ordinal)
            ? new(directory, "another user mounted it", $"as that user, or as root: bobbin umount {directory}")
            : new(directory, why);
}
