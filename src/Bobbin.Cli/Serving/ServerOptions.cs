using System.Globalization;
using Bobbin.Cli.Text;
using Bobbin.Procfs;

namespace Bobbin.Cli.Serving;

/// <summary>How much is said on standard error.</summary>
internal enum LogLevel
{
    /// <summary>Only errors.</summary>
    Error,

    /// <summary>Also what went wrong but was put right. The default.</summary>
    Warning,

    /// <summary>Also what is done.</summary>
    Info,

    /// <summary>Also each step.</summary>
    Debug,

    /// <summary>Also each request.</summary>
    Trace,
}

/// <summary>What a server process is told: it crosses an execve(2) as arguments of the hidden verb.</summary>
internal sealed record ServerOptions
{
    /// <summary>The hidden verb.</summary>
    public const string Verb = "__serve";

    /// <summary>What is shown.</summary>
    public ProcView View { get; init; } = new();

    /// <summary>Whose pid namespace is shown; 0: that of the process that mounted.</summary>
    public int PidNamespaceOf { get; init; }

    /// <summary>Where the callers reach the kernel's procfs, for links that only the kernel can follow; empty: nowhere.</summary>
    public string LinkBase { get; init; } = "";

    /// <summary>Where it is mounted; for messages, and to unmount when told to end.</summary>
    public string MountPoint { get; init; } = "/proc";

    /// <summary>Whether this process takes the mount away when a signal ends it.</summary>
    public bool Unmounts { get; init; }

    /// <summary>Whether the user mounted it through fusermount3.</summary>
    public bool IsUserMount { get; init; }

    /// <summary>How much is said.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;

    /// <summary>The arguments that <see cref="Parse"/> understands, the verb included.</summary>
    public IEnumerable<string> ToArguments()
    {
        yield return Verb;
        yield return string.Create(CultureInfo.InvariantCulture,
            $"view={(View.ListThreads ? 1 : 0)},{(int)View.HidePid},{View.Gid},{(View.PidOnly ? 1 : 0)},{(View.ReadOnly ? 1 : 0)}");
        yield return string.Create(CultureInfo.InvariantCulture, $"pidns={PidNamespaceOf}");
        yield return $"links={LinkBase}";
        yield return $"at={MountPoint}";
        yield return $"flags={(Unmounts ? 1 : 0)},{(IsUserMount ? 1 : 0)},{(int)LogLevel}";
    }

    /// <summary>Reads them back. Only bobbin itself calls the verb, so anything odd is a usage error without finesse.</summary>
    public static ServerOptions Parse(ReadOnlySpan<string> arguments)
    {
        ServerOptions options = new();
        foreach (string argument in arguments)
        {
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string value = argument[(equals + 1)..];
            options = argument[..Math.Max(equals, 0)] switch
            {
                "view" when Numbers(value) is [long threads, long hide, long gid, long only, long readOnly] => options with
                {
                    View = new() { ListThreads = threads != 0, HidePid = (HidePid)hide, Gid = (uint)gid, PidOnly = only != 0, ReadOnly = readOnly != 0 },
                },
                "pidns" when Numbers(value) is [long id] => options with { PidNamespaceOf = (int)id },
                "links" => options with { LinkBase = value },
                "at" => options with { MountPoint = value },
                "flags" when Numbers(value) is [long unmounts, long user, long level] => options with
                {
                    Unmounts = unmounts != 0, IsUserMount = user != 0, LogLevel = (LogLevel)level,
                },
                _ => throw new CommandFailure(Verb, $"argument {argument} is not understood", "this verb is bobbin's own", 2),
            };
        }

        return options;
    }

    private static long[] Numbers(string list) =>
        [.. list.Split(',').Select(text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : -1)];
}
