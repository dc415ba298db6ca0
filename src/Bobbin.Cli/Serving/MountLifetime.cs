using System.Runtime.InteropServices;
using Bobbin.Cli.Launch;
using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Serving;

/// <summary>A mount that ends with its server: a signal unmounts first, so that nobody finds a dead mount.</summary>
internal static class MountLifetime
{
    /// <summary>Serves until the mount is gone, or until SIGINT, SIGTERM or SIGHUP take it away.</summary>
    public static int Run(IServing serving, ServerOptions options, Action whenReady)
    {
        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            MountPoint.Detach(options.MountPoint, options.IsUserMount);
            serving.Stop();
        }

        // What is ignored stays so: nohup.
        using PosixSignalRegistration? interrupt = IsIgnored(SignalNumber.Interrupt) ? null : PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using PosixSignalRegistration? hangUp = IsIgnored(SignalNumber.HangUp) ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        return serving.Run(whenReady);
    }

    private static bool IsIgnored(int signal) => Libc.GetSignalHandler(signal, out nint handler) == Errno.None && handler == 1;
}
