using System.Diagnostics;
using Bobbin.Tests.Fixtures;

namespace Bobbin.Tests.Readers;

/// <summary>Tasks of every kind, asleep: what two readers of them must agree on.</summary>
internal sealed class Population : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    public Population()
    {
        Many = Own(new Actor());
        for (int i = 0; i < 60; i++)
        {
            Threads.Add(Many.Check("thread", i % 7 == 0 ? $"t) R 0 ({i}" : $"worker-{i}"));
        }

        Hostile = Own(new Actor());
        Hostile.Check("name", "a b) R 1\n\x1b[1m\xff");
        Parent = Own(new Actor());
        for (int i = 0; i < 40; i++)
        {
            Children.Add(Parent.Check("fork", 0));
        }

        Zombie = Parent.Check("zombie", 3);
        ZombieLeader = Own(new Actor());
        ZombieLeaderIds = ZombieLeader.Pair("zombie-leader");
        Nice = Own(new Actor(null, "nice", "-n", "7"));
        RealTime = Own(new Actor(null, "chrt", "-r", "5"));
        Batch = Own(new Actor(null, "chrt", "-b", "0"));
        OtherUser = Own(Actor.As(4242, 4343));
        // Under a terminal of its own.
        OnTerminal = Process.Start(new ProcessStartInfo("script", ["-qc", "sleep 1000", "/dev/null"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
    }

    public Actor Many { get; }
    public List<int> Threads { get; } = [];
    public Actor Hostile { get; }
    public Actor Parent { get; }
    public List<int> Children { get; } = [];
    public int Zombie { get; }
    public Actor ZombieLeader { get; }
    public (int First, int Second) ZombieLeaderIds { get; }
    public Actor Nice { get; }
    public Actor RealTime { get; }
    public Actor Batch { get; }
    public Actor OtherUser { get; }
    public Process OnTerminal { get; }

    public void Dispose()
    {
        OnTerminal.Kill(entireProcessTree: true);
        OnTerminal.WaitForExit();
        OnTerminal.Dispose();
        _owned.ForEach(one => one.Dispose());
    }

    private T Own<T>(T one)
        where T : IDisposable
    {
        _owned.Add(one);
        return one;
    }
}
