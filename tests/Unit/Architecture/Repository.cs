using System.Runtime.CompilerServices;

namespace Bobbin.Tests.Architecture;

/// <summary>The sources that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    /// <summary>Files below a folder, without what a build leaves there.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(path => !path.Split('/').Any(part => part is "bin" or "obj" or "artifacts"));

    private static string FindRoot([CallerFilePath] string source = "")
    {
        // A deterministic build may have mapped the source's path; the output folder is below the root in any case.
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Bobbin.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no Bobbin.slnx above {AppContext.BaseDirectory} ({source})");
    }
}
