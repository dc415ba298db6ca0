using System.Text;
using Bobbin.Kernel.Linux;

namespace Bobbin.Tests.Fixtures;

/// <summary>The folder of one run of the tests: mount points and compiled programs, open to every user.</summary>
internal static class Scratch
{
    private static readonly Lock s_lock = new();
    private static readonly Dictionary<string, string> s_programs = [];
    private const string Prefix = "bobbin-test-";
    private static int s_count;

    static Scratch()
    {
        SweepKilledRuns();
        Folder = Directory.CreateTempSubdirectory($"{Prefix}{Environment.ProcessId}-").FullName;
        File.SetUnixFileMode(Folder, (UnixFileMode)0b111_101_101);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove(Folder);
    }

    public static string Folder { get; }

    /// <summary>A new empty folder.</summary>
    public static string MakeFolder(string name) =>
        Directory.CreateDirectory(Path.Combine(Folder, $"{name}-{Interlocked.Increment(ref s_count)}")).FullName;

    /// <summary>The program made of a C file that lies beside the tests, compiled once in a run.</summary>
    public static string Compile(string name)
    {
        lock (s_lock)
        {
            if (!s_programs.TryGetValue(name, out string? program))
            {
                program = Path.Combine(Folder, Path.GetFileNameWithoutExtension(name));
                Command.Check("gcc", "-O1", "-pthread", "-o", program, Path.Combine(AppContext.BaseDirectory, name));
                s_programs[name] = program;
            }

            return program;
        }
    }

    /// <summary>What a failed test left mounted is taken away first: it must not be descended into.</summary>
    private static void Remove(string folder)
    {
        foreach (string line in File.ReadAllLines("/proc/self/mountinfo").Where(line => line.Contains($" {folder}/", StringComparison.Ordinal)).Reverse())
        {
            _ = Libc.Unmount(Encoding.UTF8.GetBytes(line.Split(' ')[4]), UnmountFlags.Detach | UnmountFlags.NoFollow);
        }

        if (!File.ReadAllText("/proc/self/mountinfo").Contains($" {folder}/", StringComparison.Ordinal))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A run that was killed could not tidy up. The age spares one whose id is not seen from here.</summary>
    private static void SweepKilledRuns()
    {
        foreach (string folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*-*").Where(IsOfKilledRun))
        {
            try
            {
                Remove(folder);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another user's, or another run tidies up too.
            }
        }
    }

    private static bool IsOfKilledRun(string folder) =>
        int.TryParse(Path.GetFileName(folder)[Prefix.Length..].Split('-')[0], out int id)
        && !Directory.Exists($"/proc/{id}") && Directory.GetLastWriteTimeUtc(folder) < DateTime.UtcNow.AddHours(-1);
}
