using Bobbin.Cli.Launch;
using Xunit;

namespace Bobbin.Tests.Cli;

public sealed class MountTableTests
{
    [Fact]
    public void A_line_has_optional_fields_before_the_dash_and_escapes_in_its_paths()
    {
        MountEntry entry = MountTable.Parse(@"36 35 0:45 / /mnt/a\040b\134c shared:1 master:2 - fuse.bobbin bobbin rw,user_id=0")!;
        Assert.Equal(new MountEntry(@"/mnt/a b\c", "fuse.bobbin", "rw,user_id=0"), entry);
        Assert.True(entry.IsBobbin);
        Assert.Equal("/proc", MountTable.Parse("21 26 0:20 / /proc rw,relatime - proc proc rw,hidepid=invisible")!.MountPoint);
    }

    [Theory]
    [InlineData("")]
    [InlineData("21 26 0:20 / /proc rw,relatime")]
    [InlineData("- fuse x y")]
    public void What_is_no_line_is_none(string line) => Assert.Null(MountTable.Parse(line));
}
