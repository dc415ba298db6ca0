using System.Diagnostics;

namespace Bobbin.Tests.Fixtures;

/// <summary>A program that ran: what it said and how it ended.</summary>
internal sealed record Command(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs a program, with nothing on its standard input if not told. Killed with all it started after the time given.</summary>
    public static Command Run(string[] command, int seconds = 60, IDictionary<string, string>? environment = null, string input = "")
    {
        ProcessStartInfo start = new(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LC_ALL"] = "C";
        start.Environment["TERM"] = "xterm";
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading all of it.
        }

        if (!process.WaitForExit(TimeSpan.FromSeconds(seconds)) || !Task.WaitAll([output, errors], TimeSpan.FromSeconds(10)))
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            throw new TimeoutException($"did not end within {seconds} s: {string.Join(' ', command)}");
        }

        return new Command(process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>Runs a program that must succeed; its output.</summary>
    public static string Check(params string[] command)
    {
        Command result = Run(command);
        return result.ExitCode == 0
            ? result.Output
            : throw new InvalidOperationException($"{string.Join(' ', command)}: exit code {result.ExitCode}: {result.Errors}{result.Output}");
    }
}
