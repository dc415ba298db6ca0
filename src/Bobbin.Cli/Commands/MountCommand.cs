using System.CommandLine;
using Bobbin.Cli.Launch;
using Bobbin.Cli.Serving;
using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Commands;

/// <summary><c>bobbin mount</c>: a /proc at a directory.</summary>
internal sealed class MountCommand : Command
{
    private readonly ViewOptions _view;
    private readonly Argument<string> _directory = DirectoryArgument.Make("An empty directory");
    private readonly Option<bool> _detach = new("--detach") { Description = "Return as soon as the mount answers; it is served until umount", Arity = ArgumentArity.Zero };

    /// <summary>Makes the verb.</summary>
    public MountCommand()
        : base("mount", "Serve a /proc at a directory, until Ctrl-C, SIGTERM or umount. A view is presentation, not a sandbox.")
    {
        _view = new(this);
        Options.Add(_detach);
        Arguments.Add(_directory);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        string directory = result.GetValue(_directory)!;
        bool user = UserNamespace.IsNeeded();
        ServerOptions options = _view.Read(result) with
        {
            LogLevel = result.GetValue(RootOptions.LogLevel),
            MountPoint = MountPoint.Require(directory),
            Unmounts = true,
            IsUserMount = user,
        };
        options = options with { LinkBase = LinkBase(options) };
        return result.GetValue(_detach) ? Detach(options, directory) : Serve(options, directory);
    }

    private static int Serve(ServerOptions options, string directory)
    {
        using Mounting mounting = new(options);
        using IServing serving = Server.Create(options, mounting.Device, KernelProcfs.Find());
        mounting.Mount();
        int status = MountLifetime.Run(serving, options, () =>
        {
            if (Libc.IsTerminal(2))
            {
                Terminal.Error($"bobbin: serving at {Printable.Escape(directory)}; Ctrl-C ends it\n");
            }
        });
        mounting.Keep();
        return status;
    }

    private static int Detach(ServerOptions options, string directory)
    {
        using Mounting mounting = new(options);
        using ServerProcess server = ServerProcess.Start(options, mounting.Device, KernelProcfs.Find(), CommandLine.Current.Inherited.BlocksChild);
        mounting.Mount();
        mounting.Device.Dispose();
        server.Await();
        if (!MountPoint.Answers(options.MountPoint))
        {
            throw new CommandFailure(directory, "the mount does not answer", "--log-level debug shows what the server says");
        }

        mounting.Keep();
        return 0;
    }

    // Everybody who sees the mount also sees this machine's /proc, unless that is a Bobbin itself.
    private static string LinkBase(ServerOptions options) => options.PidNamespaceOf == 0 && MountTable.At("/proc") is { Type: "proc" } ? "/proc" : "";
}
