using Bobbin.Sources;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Sources;

/// <summary>Times and states as the kernel shows them.</summary>
public sealed class CpuTimesTests
{
    [Theory]
    [InlineData(0, 0, 100, 0, 0, 100, 0)] // no ticks: all of it is user time
    [InlineData(0, 7, 100, 0, 0, 0, 100)]
    [InlineData(7, 0, 100, 0, 0, 100, 0)]
    [InlineData(30, 10, 100, 0, 0, 75, 25)] // in proportion
    [InlineData(30, 10, 100, 80, 0, 80, 20)] // never less than was shown
    [InlineData(30, 10, 100, 0, 40, 60, 40)]
    [InlineData(30, 10, 100, 90, 20, 90, 20)] // and nothing new where more was shown than it ran
    [InlineData(ulong.MaxValue / 4, ulong.MaxValue / 4, ulong.MaxValue / 2, 0, 0, ulong.MaxValue / 4 + 1, ulong.MaxValue / 4)]
    public void Time_is_divided_by_ticks(ulong user, ulong system, ulong ran, ulong shownUser, ulong shownSystem, ulong expectedUser, ulong expectedSystem)
    {
        CpuTimes.Divide(user, system, ran, ref shownUser, ref shownSystem);
        Assert.Equal((expectedUser, expectedSystem), (shownUser, shownSystem));
    }

    [Theory]
    [InlineData(0x0, 0x0, TaskState.Running)]
    [InlineData(0x1, 0x0, TaskState.Sleeping)]
    [InlineData(0x2, 0x0, TaskState.DiskSleep)]
    [InlineData(0x4, 0x0, TaskState.Stopped)]
    [InlineData(0x8, 0x0, TaskState.Traced)]
    [InlineData(0x80, 0x10, TaskState.Dead)]
    [InlineData(0x80, 0x20, TaskState.Zombie)]
    [InlineData(0x40, 0x0, TaskState.Parked)]
    [InlineData(0x402, 0x0, TaskState.Idle)]
    [InlineData(0x102, 0x0, TaskState.DiskSleep)] // TASK_KILLABLE
    [InlineData(0x1000, 0x0, TaskState.DiskSleep)] // waits for a lock on a real-time kernel
    [InlineData(0x8000, 0x0, TaskState.DiskSleep)] // frozen
    [InlineData(0x2001, 0x0, TaskState.Sleeping)] // freezable
    public void A_state_is_the_letter_of_its_highest_bit(uint state, uint exitState, TaskState expected) =>
        Assert.Equal(expected, KernelState.Of(state, exitState));
}
