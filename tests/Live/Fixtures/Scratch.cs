namespace Bobbin.Tests.Fixtures;

/// <summary>The folder of one run of the tests: mount points and compiled programs, open to every user.</summary>
internal static class Scratch
{
    private static readonly Lock s_lock = new();
    private static readonly Dictionary<string, string> s_programs = [];
    private static int s_count;

    static Scratch()
    {
        Folder = Directory.CreateTempSubdirectory("bobbin-test-").FullName;
        File.SetUnixFileMode(Folder, (UnixFileMode)0b111_101_101);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Remove();
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

    /// <summary>Mount points are gone by then; what is still mounted must not be descended into.</summary>
    private static void Remove()
    {
        if (!File.ReadAllText("/proc/self/mountinfo").Contains(Folder + "/", StringComparison.Ordinal))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
