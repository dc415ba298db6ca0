using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Cli;

/// <summary>
/// A machine on which ordinary users may use FUSE: /dev/fuse as distributions have it, and a copy of the binary that everybody can
/// read. Put back afterwards.
/// </summary>
public sealed class OrdinaryUser : IDisposable
{
    /// <summary>Somebody who owns nothing: nobody.</summary>
    public const string Id = "65534";

    private readonly UnixFileMode? _mode;

    public OrdinaryUser()
    {
        if (Native.EffectiveUser == 0 && File.Exists("/dev/fuse"))
        {
            _mode = File.GetUnixFileMode("/dev/fuse");
            File.SetUnixFileMode("/dev/fuse", (UnixFileMode)0b110_110_110);
        }
    }

    /// <summary>Words before a command that make it this user's, with no group and no capability.</summary>
    public static string[] Prefix { get; } = ["setpriv", "--reuid", Id, "--regid", Id, "--clear-groups", "--inh-caps=-all"];

    public void Dispose()
    {
        if (_mode is UnixFileMode mode)
        {
            File.SetUnixFileMode("/dev/fuse", mode);
        }
    }
}

/// <summary>Tests that act as an ordinary user run one after another: they change the machine's /dev/fuse.</summary>
[CollectionDefinition(nameof(OrdinaryUser), DisableParallelization = true)]
public sealed class OrdinaryUserTests : ICollectionFixture<OrdinaryUser>;

/// <summary>What the tests of the command share.</summary>
[Collection(nameof(OrdinaryUser))]
public abstract class CliTest : IDisposable
{
    private static readonly Lazy<string> s_binary = new(() =>
    {
        string copy = Path.Combine(Scratch.MakeFolder("binary"), "bobbin");
        File.Copy(Product.Binary, copy);
        File.SetUnixFileMode(copy, (UnixFileMode)0b111_101_101);
        return copy;
    });

    protected CliTest() => Assert.SkipUnless(Native.EffectiveUser == 0, "needs root");

    /// <summary>Who runs bobbin: root, or somebody else.</summary>
    public static readonly TheoryData<bool> RootOrNot = [true, false];

    internal static string Binary => s_binary.Value;

    /// <summary>bobbin with arguments, as root or not.</summary>
    internal static Command Bobbin(bool root, params string[] arguments) =>
        Command.Run([.. Defaults, .. root ? [] : OrdinaryUser.Prefix, Binary, .. arguments]);

    /// <summary>Words before a command that give it default signals: the runtime of the tests ignores SIGPIPE, and that is inherited.</summary>
    internal static string[] Defaults { get; } = ["env", "--default-signal"];

    /// <summary>A command with Bobbin's /proc; it must say nothing on standard error.</summary>
    internal static string Inside(bool root, params string[] command)
    {
        Command result = Bobbin(root, ["run", "--", .. command]);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        return result.Output;
    }

    /// <summary>Ids of server processes of this copy of the binary.</summary>
    internal static HashSet<int> Servers() =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out int id) ? id : 0).Where(id => id > 0 && IsServer(id)),
    ];

    /// <summary>Nothing of a run is left: the servers end by themselves, and no mount stays.</summary>
    internal static void NothingIsLeft()
    {
        DateTime end = DateTime.UtcNow.AddSeconds(30);
        while (Servers().Count > 0)
        {
            Assert.True(DateTime.UtcNow < end, $"servers are left: {string.Join(' ', Servers())}");
            Thread.Sleep(20);
        }

        Assert.DoesNotContain("fuse.bobbin " + Scratch.Folder, File.ReadAllText("/proc/mounts"), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        foreach (int server in Servers())
        {
            _ = Command.Run(["kill", "-9", $"{server}"]);
        }

        GC.SuppressFinalize(this);
    }

    private static bool IsServer(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").StartsWith("bobbin\0__serve\0", StringComparison.Ordinal)
                && File.ResolveLinkTarget($"/proc/{id}/exe", false)?.FullName == Binary;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
