using Xunit;

namespace Bobbin.Tests.Fixtures;

/// <summary>The command under test: $BOBBIN_BINARY, else what the last build left in artifacts/bin.</summary>
internal static class Product
{
    private static readonly string? s_given = Environment.GetEnvironmentVariable("BOBBIN_BINARY");

    public static string Root { get; } = FindRoot();

    public static string Binary
    {
        get
        {
            if (s_given is { Length: > 0 })
            {
                return s_given;
            }

            string built = Path.Combine(Root, "artifacts/bin/bobbin");
            Assert.SkipUnless(File.Exists(built), "no native binary: set BOBBIN_BINARY, or run ./bobbin once");
            return built;
        }
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Bobbin.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("the tests run outside their repository");
    }
}
