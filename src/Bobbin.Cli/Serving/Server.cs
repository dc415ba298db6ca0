using Bobbin.Cli.Text;

namespace Bobbin.Cli.Serving;

/// <summary>A file system on a FUSE device, ready to be run.</summary>
internal interface IServing : IDisposable
{
    /// <summary>Serves until the mount is gone; an exit status.</summary>
    int Run(Action whenReady);
}

/// <summary>Puts together what the options ask for.</summary>
internal static class Server
{
    /// <summary>Everything that can fail before the first request does so here.</summary>
    /// <param name="options">What to serve.</param>
    /// <param name="device">The FUSE device.</param>
    /// <param name="procfs">A directory of the kernel's procfs, or something else where there is none.</param>
    public static IServing Create(ServerOptions options, int device, int procfs) =>
        throw new CommandFailure("server", "this build has none yet");
}
