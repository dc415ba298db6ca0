using System.Diagnostics;

namespace Bobbin.Bench;

/// <summary>The other programs of the bench, and how they are started.</summary>
internal static class Programs
{
    /// <summary>The repository's top folder; <c>bench/run</c> starts us there.</summary>
    public static string Repository { get; } = Environment.CurrentDirectory;

    /// <summary>The command that is measured.</summary>
    public static string Bobbin { get; } = Environment.GetEnvironmentVariable("BOBBIN_BINARY") is { Length: > 0 } given
        ? given
        : Path.Combine(Repository, "artifacts/bin/bobbin");

    public static string Peer(string name) => Path.Combine(Repository, "artifacts/bench", name);

    /// <summary>Where a program of this name stands in PATH or in the folders for the administrator; null where it does not.</summary>
    public static string? Find(string name) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/bin:/sbin:/bin".Split(':')
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    public static Process Start(string program, IEnumerable<string> arguments, bool input = false, bool output = false)
    {
        ProcessStartInfo start = new(program)
        {
            RedirectStandardInput = input,
            RedirectStandardOutput = output,
            UseShellExecute = false,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs to the end; false where it failed or took longer than <paramref name="limit"/>.</summary>
    public static bool Run(string program, string[] arguments, TimeSpan limit)
    {
        using Process process = Start(program, arguments, output: true);
        if (!process.WaitForExit(limit))
        {
            process.Kill();
            return false;
        }

        return process.ExitCode == 0;
    }
}
