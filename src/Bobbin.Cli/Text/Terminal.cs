using System.Text;
using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Text;

/// <summary>
/// Standard output and error by descriptor. <see cref="Console"/> would install signal handlers and change the terminal's
/// settings, which the command of <c>bobbin run</c> must find as they were.
/// </summary>
internal static class Terminal
{
    /// <summary>Writes text to standard output; says so when it cannot, unless the reader has only gone away.</summary>
    public static void Out(string text) => Out(Encoding.UTF8.GetBytes(text));

    /// <summary>As the other, of text that is UTF-8 already.</summary>
    public static void Out(ReadOnlySpan<byte> text)
    {
        if (Write(1, text) is not (Errno.None or Errno.EPIPE) and { } error)
        {
            throw new CommandFailure("standard output", error.Describe());
        }
    }

    /// <summary>Writes text to standard error.</summary>
    public static void Error(string text) => Write(2, Encoding.UTF8.GetBytes(text));

    /// <summary>Whether colour is wanted on standard output: a terminal, no NO_COLOR, and a TERM that is not dumb.</summary>
    public static bool HasColor { get; } = Libc.IsTerminal(1)
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    /// <summary>Writes everything, however often the kernel takes only a part.</summary>
    private static Errno Write(int descriptor, ReadOnlySpan<byte> rest)
    {
        while (!rest.IsEmpty)
        {
            Errno error = Libc.Write(descriptor, rest, out int count);
            if (error is not (Errno.None or Errno.EINTR))
            {
                return error;
            }

            rest = rest[count..];
        }

        return Errno.None;
    }
}
