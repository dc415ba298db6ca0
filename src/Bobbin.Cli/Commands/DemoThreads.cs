using System.Globalization;
using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Commands;

/// <summary>The hidden verb that <c>demo</c> starts: a process with a second thread, until its standard input ends.</summary>
internal static class DemoThreads
{
    /// <summary>The verb.</summary>
    public const string Verb = "__threads";

    /// <summary>Prints the two ids on a line, then waits.</summary>
    public static int Execute()
    {
        SetName("demo-main"u8);
        int first = Libc.GetThreadId();
        Thread second = new(() =>
        {
            SetName("demo-second"u8);
            Terminal.Out(string.Create(CultureInfo.InvariantCulture, $"{first} {Libc.GetThreadId()}\n"));
            Thread.Sleep(Timeout.Infinite);
        })
        {
            IsBackground = true,
        };
        second.Start();
        Span<byte> nothing = stackalloc byte[1];
        while (Libc.Read(0, nothing, out int count) == Errno.EINTR || count > 0)
        {
        }

        return 0;
    }

    private static void SetName(ReadOnlySpan<byte> name) => _ = Libc.SetThreadName(name);
}
