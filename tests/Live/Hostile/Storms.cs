using System.Diagnostics;
using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Hostile;

/// <summary>Many at once, those who die in the middle, and a server that has little left.</summary>
public class Storms(Subjects subjects) : LiveTest(subjects, seconds: 180)
{
    private static readonly HashSet<Errno> s_deaths = [Errno.None, Errno.ENOENT, Errno.ESRCH];

    [Theory, MemberData(nameof(Sides))]
    public void A_thousand_processes_come_and_go_while_ten_readers_walk(Side side)
    {
        Subject subject = On(side);
        Actor actor = StartActor();
        int[] living = [.. Enumerable.Range(0, 10).Select(_ => actor.Check("fork"))];
        Leaks leaks = Leaks.Before(subject);
        Errno? unexpected = null;
        string where = "";
        bool done = false;
        int walks = 0;
        Thread[] readers = [.. Enumerable.Range(0, 10).Select(_ => new Thread(Walk))];
        foreach (Thread reader in readers)
        {
            reader.Start();
        }

        Actor breeder = StartActor();
        for (int i = 0; i < 1000; i++)
        {
            int child = breeder.Check("fork");
            breeder.Check("end", child);
            breeder.Check("reap", child);
        }

        Volatile.Write(ref done, true);
        foreach (Thread reader in readers)
        {
            Assert.True(reader.Join(TimeSpan.FromSeconds(60)));
        }

        Assert.Equal(("", null), (where, unexpected));
        Assert.True(walks >= 10);
        leaks.After();

        void Walk()
        {
            do
            {
                (Errno error, List<Dirent> records) = Listing.Read(subject.Root);
                Check(error, "listing");
                List<int> ids = Listing.Ids(records);
                if (living.FirstOrDefault(id => !ids.Contains(id)) is var lacking and not 0)
                {
                    where = $"a listing of {ids.Count} lacks {lacking}, which {(Native.LStat($"/proc/{lacking}", out _) == 0 ? "lives" : "is dead")}";
                }
                else if (!ids.SequenceEqual(ids.Distinct().Order()))
                {
                    where = $"a listing out of order: {string.Join(' ', ids)}";
                }

                // The youngest are those that die.
                foreach (int id in ids.OrderDescending().Take(15))
                {
                    Check(ErrnoOf(Native.Cat(subject[$"{id}/stat"]).Error), $"{id}/stat");
                    Check(ErrnoOf(Native.LStat(subject[$"{id}/fd"], out _)), $"{id}/fd");
                    Check(Listing.Read(subject[$"{id}/task"]).Error, $"{id}/task");
                    Check(ErrnoOf(Math.Min(0, Native.ReadLink(subject[$"{id}/cwd"], out _))), $"{id}/cwd");
                }

                Interlocked.Increment(ref walks);
            }
            while (!Volatile.Read(ref done));
        }

        void Check(Errno error, string what)
        {
            if (!s_deaths.Contains(error))
            {
                unexpected = error;
                where = what;
            }
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Ids_are_used_again_while_everything_of_the_old_task_is_held(Side side)
    {
        Subject subject = On(side);
        Actor actor = StartActor();
        Leaks leaks = Leaks.Before(subject);
        int child = actor.Check("fork");
        string[] files = ["stat", "comm", "status", "maps", "limits"], folders = ["", "task", "fd", "ns"];
        int generations = 0;
        for (int round = 0; round < 50; round++)
        {
            List<int> held = [.. files.Concat(folders).Select(name => Native.Open(subject[$"{child}/{name}"]))];
            Assert.All(held, descriptor => Assert.True(descriptor >= 0));
            actor.Check("end", child);
            actor.Check("reap", child);
            int next = actor.Number("fork", child);
            if (next != child)
            {
                // Somebody else has it.
                next = actor.Check("fork");
            }
            else
            {
                generations++;
            }

            for (int i = 0; i < held.Count; i++)
            {
                if (i < files.Length)
                {
                    Assert.Equal((files[i], Errno.ESRCH), (files[i], ErrnoOf(Native.Read(held[i], new byte[64]))));
                }
                else
                {
                    Assert.Equal(Errno.ENOENT, ErrnoOf(Native.GetDents(held[i], 4096).Result));
                }

                Native.Close(held[i]);
            }

            child = next;
            Assert.Equal((0, "actor\n"), Native.Cat(subject[$"{child}/comm"]));
        }

        Assert.True(generations > 0);
        leaks.After();
    }

    [Theory, MemberData(nameof(Sides))]
    public void Callers_are_killed_in_the_middle_of_their_calls(Side side)
    {
        Subject subject = On(side);
        Leaks leaks = Leaks.Before(subject);
        for (int i = 0; i < 30; i++)
        {
            using Process walker = Process.Start(new ProcessStartInfo("find", [subject.Root, "-maxdepth", "3", "-type", "f", "-name", "stat*", "-exec", "cat", "{}", "+"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            walker.OutputDataReceived += (_, _) => { };
            walker.ErrorDataReceived += (_, _) => { };
            walker.BeginOutputReadLine();
            walker.BeginErrorReadLine();
            Thread.Sleep(i % 10 * 7);
            walker.Kill(entireProcessTree: true);
            Assert.True(walker.WaitForExit(20000), "a killed caller did not end");
        }

        Assert.Equal(0, Native.Cat(subject["self/stat"]).Error);
        leaks.After();
    }

    [Theory, MemberData(nameof(Sides))]
    public void Odd_names_by_the_thousand(Side side)
    {
        Subject subject = On(side);
        Leaks leaks = Leaks.Before(subject);
        Random random = new(42);
        for (int i = 0; i < 3000; i++)
        {
            string name = i switch
            {
                0 => "\n",
                1 => new string('x', 255),
                2 => new string('x', 256),
                3 => "..\n",
                4 => "...",
                5 => new string('9', 255),
                _ => "~" + string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => (char)random.Next(1, 127))).Replace('/', '_'),
            };
            foreach (string folder in new[] { "", "self/", "self/task/", "self/fd/", "sys/", "self/ns/", "self/map_files/", "self/net/" })
            {
                Errno found = ErrnoOf(Native.LStat($"{subject.Root}/{folder}{name}", out _));
                Assert.True(found == Errno.ENOENT, $"{folder}{name}: {found}");
                if (i > 300)
                {
                    break;
                }
            }
        }

        leaks.After();
    }

    [Fact]
    public void Unmounting_while_busy()
    {
        Subject subject = Subject.Mount(Side.Bobbin);
        int server = subject.Server;
        Assert.True(server > 0);
        int file = MustOpen(subject["self/stat"]), folder = MustOpen(subject.Root);
        Assert.NotEqual(0, Command.Run(["umount", subject.Root]).ExitCode);
        Assert.Equal(0, Native.Cat(subject["self/stat"]).Error);

        // Lazily: the name is gone, what is open stays, and when it is closed the server ends.
        Assert.Equal(0, Command.Run(["umount", "-l", subject.Root]).ExitCode);
        Assert.True(Native.Read(file, new byte[16]) > 0);
        Assert.True(Native.GetDents(folder, 4096).Result > 0);
        Close(file);
        Close(folder);
        Eventually(() => Native.LStat($"/proc/{server}", out _) < 0, "the end of the server");
        subject.Dispose();
    }

    [Fact]
    public void The_server_is_killed_under_its_callers()
    {
        Subject subject = Subject.Mount(Side.Bobbin);
        int file = MustOpen(subject["self/stat"]);
        Assert.Equal(0, Command.Run(["kill", "-9", $"{subject.Server}"]).ExitCode);

        // A call that was under way is aborted (ECONNABORTED); those after it are not connected.
        Eventually(() => ErrnoOf(Native.LStat(subject["uptime"], out _)) == Errno.ENOTCONN, "the mount's end");
        Assert.True(Native.Read(file, new byte[16]) < 0);
        subject.Dispose();
    }

    [Fact]
    public void A_server_with_few_descriptors_refuses_and_recovers()
    {
        Actor actor = StartActor();
        int known = actor.Check("fork"), stranger = actor.Check("fork"), gone = actor.Check("fork");
        actor.Check("end", gone);
        actor.Check("reap", gone);
        string root = Scratch.MakeFolder("few");
        Assert.Equal(0, Command.Run(["bash", "-c", "ulimit -n 64; exec \"$@\"", "sh", Product.Binary, "mount", root, "--detach"]).ExitCode);
        List<int> held = [];
        try
        {
            Assert.Equal(0, Native.LStat($"{root}/{known}/comm", out _)); // opens nothing: a close would come when it likes
            int folder = MustOpen($"{root}/{known}", Native.O_DIRECTORY);
            Errno refused = Errno.None;
            for (int i = 0; i < 200 && refused == Errno.None; i++)
            {
                int descriptor = Native.Open($"{root}/self/status");
                refused = ErrnoOf(descriptor);
                if (refused == Errno.None)
                {
                    held.Add(descriptor);
                    Assert.True(Native.Read(descriptor, new byte[16]) > 0);
                }
            }

            // Finding a task out takes two descriptors, and all but one at most are held. Nobody hangs, no living task passes for a dead one
            // or for one that never was, and no listing leaves anybody out.
            Assert.Equal(Errno.EMFILE, refused);
            Assert.Equal(Errno.EMFILE, ErrnoOf(Native.LStat($"{root}/{stranger}", out _)));
            Assert.Equal(Errno.EMFILE, ErrnoOf(Native.LStat($"{root}/{known}", out _)));
            Assert.Equal(Errno.EMFILE, ErrnoOf(Native.Open($"{root}/{known}/comm")));
            Assert.Equal(Errno.EMFILE, ErrnoOf(Native.ReadLink($"{root}/{known}/cwd", out _)));
            Assert.Equal(Errno.EMFILE, ErrnoOf(Native.Access($"{root}/{known}/comm", 4)));
            Assert.Equal(Errno.EMFILE, Listing.Read($"{root}/{known}/task").Error);
            Assert.Equal(Errno.EMFILE, ErrnoOf(Native.FStat(folder, out _)));
            Assert.Equal(Errno.EMFILE, ErrnoOf(Native.GetDents(folder, 4096).Result));
            Assert.Equal(Errno.EMFILE, ErrnoOf(Native.ReadLink($"{root}/self", out _)));
            Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat($"{root}/{gone}", out _)));
            (Errno listed, List<Dirent> records) = Listing.Read(root);
            if (listed == Errno.None)
            {
                HashSet<string> names = [.. records.Select(record => record.Name)];
                Assert.Superset(new HashSet<string>(["uptime", "self", $"{known}", $"{stranger}"]), names);
            }
            else
            {
                Assert.Equal(Errno.EMFILE, listed);
            }

            held.ForEach(descriptor => Native.Close(descriptor));
            held.Clear();
            Eventually(() => Native.Cat($"{root}/self/stat").Error == 0, "the server's recovery");
            Assert.Equal((0, "actor\n"), Native.Cat($"{root}/{stranger}/comm"));
            Assert.Equal((0, "actor\n"), Native.Cat($"{root}/{known}/comm"));
            Assert.Equal(Errno.None, ErrnoOf(Native.FStat(folder, out _)));
            List<string> all = Listing.Names(root);
            Assert.Contains("self", all);
            Assert.Contains($"{known}", all);
            Assert.Contains($"{stranger}", all);
        }
        finally
        {
            held.ForEach(descriptor => Native.Close(descriptor));
            Command.Run(["umount", "-l", root]);
        }
    }
}
