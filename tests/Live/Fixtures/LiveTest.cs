using System.Collections.Concurrent;
using Bobbin.Kernel.Linux;
using Xunit;

namespace Bobbin.Tests.Fixtures;

/// <summary>The mounts of one class of tests: each is made when first asked for, and made again when a test has broken it.</summary>
public sealed class Subjects : IDisposable
{
    private readonly Dictionary<(Side, string), Subject> _mounted = [];

    internal Subject Get(Side side, string options)
    {
        if (_mounted.TryGetValue((side, options), out Subject? subject))
        {
            if (Native.Stat(subject.Root, out _) == 0)
            {
                return subject;
            }

            subject.Dispose();
        }

        return _mounted[(side, options)] = Subject.Mount(side, options);
    }

    public void Dispose()
    {
        foreach (Subject subject in _mounted.Values)
        {
            subject.Dispose();
        }
    }
}

/// <summary>
/// A test on live mounts. It needs root, and it cannot hang: when its time is over its actors are killed and every FUSE connection
/// of this run is aborted, so that whatever waits fails.
/// </summary>
public abstract class LiveTest : IDisposable, IClassFixture<Subjects>
{
    /// <summary>Both sides, for a theory: the kernel proves the test, Bobbin has to pass it.</summary>
    public static readonly TheoryData<Side> Sides = [Side.Kernel, Side.Bobbin];

    private readonly Subjects _subjects;
    private readonly ConcurrentStack<IDisposable> _owned = [];
    private readonly Timer _watchdog;

    protected LiveTest(Subjects subjects, int seconds = 150)
    {
        Assert.SkipUnless(Native.EffectiveUser == 0, "needs root");
        _subjects = subjects;
        string name = TestContext.Current.Test?.TestDisplayName ?? GetType().Name;
        _watchdog = new Timer(_ => GiveUp(name), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        while (_owned.TryPop(out IDisposable? one))
        {
            one.Dispose();
        }

        _watchdog.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The mount of a side, shared by the tests of the class.</summary>
    internal Subject On(Side side, string options = "") => _subjects.Get(side, options);

    /// <summary>Ends with the test.</summary>
    internal T Own<T>(T one)
        where T : IDisposable
    {
        _owned.Push(one);
        return one;
    }

    internal Actor StartActor(params string[] prefix) => Own(new Actor(null, prefix));

    internal Actor StartActorAs(uint user, uint? group = null) => Own(Actor.As(user, group));

    /// <summary>A descriptor that is closed with the test. A failure to open is the errno.</summary>
    internal (Errno Error, int Descriptor) Hold(string path, int flags = Native.O_RDONLY)
    {
        int descriptor = Native.Open(path, flags);
        if (descriptor < 0)
        {
            return ((Errno)(-descriptor), -1);
        }

        Own(new Descriptor(descriptor));
        return (Errno.None, descriptor);
    }

    /// <summary>A descriptor that must open, and is closed with the test.</summary>
    internal int MustOpen(string path, int flags = Native.O_RDONLY)
    {
        (Errno error, int descriptor) = Hold(path, flags);
        Assert.Equal((path, Errno.None), (path, error));
        return descriptor;
    }

    /// <summary>
    /// Closes a descriptor, of those that are closed with the test too: by then its number is another's, maybe one of a test that runs beside.
    /// </summary>
    internal void Close(int descriptor)
    {
        if (!_owned.OfType<Descriptor>().Any(held => held.TryClose(descriptor)))
        {
            Native.Close(descriptor);
        }
    }

    /// <summary>The errno of a call's result.</summary>
    internal static Errno ErrnoOf(long result) => result < 0 ? (Errno)(-result) : Errno.None;

    /// <summary>Waits until tasks wait for something: what their files say does not change then.</summary>
    internal static void Asleep(params int[] ids) =>
        Eventually(() => ids.All(id => Native.Cat($"/proc/{id}/stat").Text.Contains(") S ", StringComparison.Ordinal)), "sleeping tasks");

    /// <summary>Waits until something holds that happens by itself.</summary>
    internal static void Eventually(Func<bool> holds, string what, int seconds = 20)
    {
        DateTime end = DateTime.UtcNow.AddSeconds(seconds);
        while (!holds())
        {
            Assert.True(DateTime.UtcNow < end, $"not within {seconds} s: {what}");
            Thread.Sleep(5);
        }
    }

    private void GiveUp(string name)
    {
        Console.Error.WriteLine($"out of time: {name}");
        foreach (Actor actor in _owned.OfType<Actor>())
        {
            actor.Kill();
        }

        FuseConnections.AbortAll();
    }

    private sealed class Descriptor(int number) : IDisposable
    {
        private int _number = number;

        public bool TryClose(int which)
        {
            bool mine = which >= 0 && Interlocked.CompareExchange(ref _number, -1, which) == which;
            if (mine)
            {
                Native.Close(which);
            }

            return mine;
        }

        public void Dispose() => TryClose(_number);
    }
}
