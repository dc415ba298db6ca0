using System.Text.RegularExpressions;
using Xunit;

namespace Bobbin.Tests.Architecture;

/// <summary>Rules that the sources keep and the compiler does not check.</summary>
public class SourceTests
{
    [Fact]
    public void Only_Bobbin_Kernel_allows_unsafe_code()
    {
        string[] allowing =
        [
            .. Repository.Files("src", "*.csproj").Where(path => File.ReadAllText(path).Contains("AllowUnsafeBlocks", StringComparison.Ordinal))
                .Select(Path.GetFileName)!,
        ];
        Assert.Equal(["Bobbin.Kernel.csproj"], allowing);
        Assert.DoesNotContain("AllowUnsafeBlocks", Repository.Read("Directory.Build.props"), StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_names_a_place_of_one_machine()
    {
        // A home, or the folder of a checkout. "{pid}/root/" and "self/root/" are entries of /proc.
        Regex place = new("(?<![\\w}.*/])/(?:work|root|home)/(?=\\w)|/tmp/wt");
        string[] folders = ["src", "tests", "docs"];
        string[] found =
        [
            .. folders.SelectMany(folder => Repository.Files(folder, "*"))
                .Where(path => Path.GetExtension(path) is ".cs" or ".md" or ".c" or ".h" or ".sh" or ".py" or ".csproj" or ".json")
                .Where(path => Path.GetFileName(path) != "SourceTests.cs")
                .SelectMany(path => File.ReadLines(path).Select((text, index) => (Path: Path.GetRelativePath(Repository.Root, path), Line: index + 1, Text: text)))
                .Where(line => place.IsMatch(line.Text))
                .Select(line => $"{line.Path}:{line.Line}: {line.Text.Trim()}"),
        ];
        Assert.Empty(found);
    }
}
