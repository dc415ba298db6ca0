using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary><c>fd/</c>, <c>fdinfo/</c>, and links that lead somewhere.</summary>
public class Descriptors(Subjects subjects) : LiveTest(subjects)
{
    [Theory, MemberData(nameof(Sides))]
    public void Positions_are_numbers_plus_2(Side side)
    {
        Actor actor = StartActor();
        int number = actor.Check("open-kind", "eventfd");
        foreach (string name in new[] { "fd", "fdinfo" })
        {
            var expected = Listing.Read($"/proc/{actor.Id}/{name}").Records.Select(record => (record.Name, record.Next, record.Type));
            var found = Listing.Read(On(side)[$"{actor.Id}/{name}"]).Records.Select(record => (record.Name, record.Next, record.Type));
            Assert.Equal(expected, found);
            int descriptor = MustOpen(On(side)[$"{actor.Id}/{name}"]);
            Native.LSeek(descriptor, number + 2, Native.SEEK_SET);
            Assert.Equal($"{number}", Native.GetDents(descriptor, 32).Records[0].Name);
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Links_say_what_is_open(Side side)
    {
        Actor actor = StartActor();
        foreach (string kind in new[] { "pipe", "socket", "eventfd", "memfd", "deleted", "opath" })
        {
            int number = actor.Check("open-kind", kind);
            Native.ReadLink($"/proc/{actor.Id}/fd/{number}", out string expected);
            Assert.True(Native.ReadLink(On(side)[$"{actor.Id}/fd/{number}"], out string text) > 0);
            Assert.Equal((kind, expected), (kind, text));
            Native.LStat($"/proc/{actor.Id}/fd/{number}", out Status kernel);
            Native.LStat(On(side)[$"{actor.Id}/fd/{number}"], out Status status);
            Assert.Equal((kind, kernel.Mode, kernel.Size, kernel.Uid), (kind, status.Mode, status.Size, status.Uid));
            Assert.Equal((kind, Native.Cat($"/proc/{actor.Id}/fdinfo/{number}")), (kind, Native.Cat(On(side)[$"{actor.Id}/fdinfo/{number}"])));
        }

        Native.Stat($"/proc/{actor.Id}/fd", out Status folder);
        Native.Stat(On(side)[$"{actor.Id}/fd"], out Status found);
        Assert.Equal((folder.Size, folder.Links, folder.Mode), (found.Size, found.Links, found.Mode));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Links_to_what_has_no_path_can_be_followed(Side side)
    {
        Actor actor = StartActor();
        foreach (string kind in new[] { "pipe", "socket", "eventfd" })
        {
            int number = actor.Check("open-kind", kind);
            string path = On(side)[$"{actor.Id}/fd/{number}"];
            Assert.Equal(0, Native.Stat($"/proc/{actor.Id}/fd/{number}", out Status expected));
            Assert.Equal((kind, 0), (kind, Native.Stat(path, out Status status)));
            Assert.Equal((kind, expected.Inode, expected.Device, expected.Mode), (kind, status.Inode, status.Device, status.Mode));
            Errno error = kind == "pipe" ? Errno.None : Errno.ENXIO;
            (Errno found, _) = Hold(path, Native.O_RDONLY | Native.O_NONBLOCK);
            Assert.Equal((kind, error), (kind, found));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Links_to_files_without_a_name_show_them(Side side)
    {
        Actor actor = StartActor();
        foreach (string kind in new[] { "memfd", "deleted" })
        {
            int number = actor.Check("open-kind", kind);
            Errno expected = Fidelity.Expect("nameless-files", side, Errno.None, Errno.ENOENT);
            Assert.Equal((kind, expected), (kind, ErrnoOf(Native.Stat(On(side)[$"{actor.Id}/fd/{number}"], out _))));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void The_callers_own_descriptors_can_be_opened_again(Side side)
    {
        Actor actor = StartActor();
        foreach (string kind in new[] { "pipe", "opath" })
        {
            int number = actor.Check("open-kind", kind);
            int again = actor.Check("open", On(side)[$"self/fd/{number}"], Native.O_NONBLOCK);
            string[] first = actor.Ask("fstat", number), second = actor.Ask("fstat", again);
            Assert.Equal(first, second);
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Exe_cwd_and_root_lead_there(Side side)
    {
        Actor actor = StartActor();
        foreach (string name in new[] { "exe", "cwd", "root" })
        {
            Native.Stat($"/proc/{actor.Id}/{name}", out Status expected);
            Assert.Equal((name, 0), (name, Native.Stat(On(side)[$"{actor.Id}/{name}"], out Status status)));
            Assert.Equal((name, expected.Inode, expected.Device), (name, status.Inode, status.Device));
        }

        Assert.Equal(Native.Cat("/proc/version"), Native.Cat(On(side)[$"{actor.Id}/root/proc/version"]));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Namespaces_are_named_and_can_be_opened(Side side)
    {
        Actor actor = StartActor("unshare", "--net", "--uts");
        foreach (string name in Listing.Names($"/proc/{actor.Id}/ns").Skip(2))
        {
            Native.ReadLink($"/proc/{actor.Id}/ns/{name}", out string expected);
            Assert.True(Native.ReadLink(On(side)[$"{actor.Id}/ns/{name}"], out string text) > 0);
            Assert.Equal((name, expected), (name, text));
            Native.Stat($"/proc/{actor.Id}/ns/{name}", out Status kernel);
            Assert.Equal((name, 0), (name, Native.Stat(On(side)[$"{actor.Id}/ns/{name}"], out Status status)));
            Assert.Equal((name, kernel.Inode, kernel.Device), (name, status.Inode, status.Device));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Net_shows_the_tasks_own_network(Side side)
    {
        Actor actor = StartActor("unshare", "--net");
        Assert.Equal(Native.Cat($"/proc/{actor.Id}/net/dev"), Native.Cat(On(side)[$"{actor.Id}/net/dev"]));
        Assert.Equal(3, Native.Cat(On(side)[$"{actor.Id}/net/dev"]).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(Listing.Names($"/proc/{actor.Id}/net").Order(), Listing.Names(On(side)[$"{actor.Id}/net"]).Order());
        Assert.Equal([.. actor.Ask("cat", "/proc/net/dev")], actor.Ask("cat", On(side)["net/dev"]));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Mappings_are_links_by_address(Side side)
    {
        Actor actor = StartActor();
        var expected = Listing.Read($"/proc/{actor.Id}/map_files").Records.Select(record => (record.Name, record.Type));
        Assert.Equal(expected, Listing.Read(On(side)[$"{actor.Id}/map_files"]).Records.Select(record => (record.Name, record.Type)));
        string name = expected.ElementAt(2).Name;
        Native.ReadLink($"/proc/{actor.Id}/map_files/{name}", out string target);
        Assert.True(Native.ReadLink(On(side)[$"{actor.Id}/map_files/{name}"], out string text) > 0);
        Assert.Equal(target, text);
        foreach (string odd in new[] { "0" + name, name + "0", name.Replace('-', '+'), "1-2", "-", "x" })
        {
            Assert.Equal((odd, Errno.ENOENT), (odd, ErrnoOf(Native.LStat(On(side)[$"{actor.Id}/map_files/{odd}"], out _))));
        }
    }
}
