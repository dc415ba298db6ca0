using Bobbin.Cli.Serving;
using Bobbin.Cli.Text;
using Bobbin.Procfs;
using Xunit;

namespace Bobbin.Tests.Cli;

public sealed class ServerOptionsTests
{
    [Fact]
    public void What_a_server_is_told_survives_its_arguments()
    {
        ServerOptions options = new()
        {
            View = new() { ListThreads = true, HidePid = HidePid.Ptraceable, Gid = 4294967294, PidOnly = true, ReadOnly = true },
            PidNamespaceOf = 4194303,
            LinkBase = "/sys/fs/fuse/connections",
            MountPoint = "/a=b, c",
            Unmounts = true,
            IsUserMount = true,
            LogLevel = LogLevel.Trace,
        };
        string[] arguments = [.. options.ToArguments()];
        Assert.Equal(ServerOptions.Verb, arguments[0]);
        Assert.Equal(options, ServerOptions.Parse(arguments.AsSpan(1)));
        Assert.Equal(new ServerOptions(), ServerOptions.Parse([.. new ServerOptions().ToArguments().Skip(1)]));
    }

    [Theory]
    [InlineData("view=1,2,3")]
    [InlineData("nonsense")]
    [InlineData("links")]
    public void Anything_else_is_refused(string argument) =>
        Assert.Equal(2, Assert.Throws<CommandFailure>(() => ServerOptions.Parse([argument])).Status);
}
