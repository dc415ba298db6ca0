using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Xunit;

namespace Bobbin.Tests.Fuse;

/// <summary>Interrupts of a thread's system call, with no device: the call is a read of a socket that nobody writes to.</summary>
public sealed class FuseInterruptTests : IDisposable
{
    private readonly FuseInterrupts _interrupts = new();
    private readonly int _reading, _writing;

    public FuseInterruptTests()
    {
        Assert.Equal(Errno.None, Libc.PrepareInterrupts());
        Assert.Equal(Errno.None, Libc.SocketPair(out _reading, out _writing));
    }

    public void Dispose()
    {
        _interrupts.Dispose();
        Libc.Close(_reading);
        Libc.Close(_writing);
    }

    [Fact]
    public async Task A_blocked_call_fails_with_EINTR()
    {
        using ManualResetEventSlim begun = new();
        Task<Errno> served = Serve(42, begun.Set);
        begun.Wait(TestContext.Current.CancellationToken);
        _interrupts.Interrupt(42);
        Assert.Equal(Errno.EINTR, await Result(served));
        Until(() => _interrupts.PendingCount == 0);
    }

    [Fact]
    public async Task An_interrupt_that_comes_before_its_request_is_remembered()
    {
        _interrupts.Interrupt(43);
        Assert.Equal(1, _interrupts.PendingCount);
        Assert.Equal(Errno.EINTR, await Result(Serve(43, () => { })));
        Until(() => _interrupts.PendingCount == 0);
    }

    [Fact]
    public void One_whose_request_never_comes_is_forgotten()
    {
        _interrupts.Interrupt(44);
        Until(() => _interrupts.PendingCount == 0);
    }

    [Fact]
    public void No_more_are_remembered_than_there_is_room_for()
    {
        for (ulong unique = 1; unique <= 1000; unique++)
        {
            _interrupts.Interrupt(unique);
        }

        Assert.InRange(_interrupts.PendingCount, 0, 64);
    }

    [Fact]
    public async Task Another_request_is_not_disturbed()
    {
        using ManualResetEventSlim begun = new();
        Task<Errno> other = Serve(45, begun.Set);
        begun.Wait(TestContext.Current.CancellationToken);
        _interrupts.Interrupt(46);
        Until(() => _interrupts.PendingCount == 0);
        Assert.False(other.IsCompleted);
        Assert.Equal(Errno.None, Libc.Write(_writing, "x"u8, out _));
        Assert.Equal(Errno.None, await Result(other));
    }

    [Fact]
    public void After_the_end_of_a_request_its_signals_are_over()
    {
        ServedRequest served = new() { ThreadId = Libc.GetThreadId() };
        for (ulong unique = 1; unique <= 200; unique++)
        {
            served.Begin(unique);
            Assert.True(served.TryInterrupt(unique));
            Assert.False(served.TryInterrupt(unique + 1));
            served.End();
            Assert.False(served.TryInterrupt(unique));
            Assert.Equal(Errno.None, Libc.Write(_writing, "x"u8, out _));
            Assert.Equal(Errno.None, Libc.Read(_reading, new byte[1], out _));
        }
    }

    [Fact]
    public async Task Everything_can_be_interrupted_at_the_end()
    {
        Task<Errno>[] served = [Serve(47, () => { }), Serve(48, () => { })];
        _interrupts.InterruptEverything();
        Assert.Equal([Errno.EINTR, Errno.EINTR], await Task.WhenAll(served.Select(Result)));
    }

    private Task<Errno> Serve(ulong unique, Action begun) => Task.Factory.StartNew(
        () =>
        {
            ServedRequest served = new() { ThreadId = Libc.GetThreadId() };
            _interrupts.Add(served);
            served.Begin(unique);
            begun();
            Errno error = Libc.Read(_reading, new byte[1], out _);
            served.End();
            _interrupts.Remove(served);
            return error;
        },
        TestContext.Current.CancellationToken,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private static Task<Errno> Result(Task<Errno> task) => task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    private static void Until(Func<bool> holds)
    {
        DateTime end = DateTime.UtcNow.AddSeconds(30);
        while (!holds())
        {
            Assert.True(DateTime.UtcNow < end, "not within 30 s");
            Thread.Sleep(5);
        }
    }
}
