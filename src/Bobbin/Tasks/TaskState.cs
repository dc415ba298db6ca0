namespace Bobbin.Tasks;

/// <summary>What a task is doing; the value is the letter that the kernel prints (<c>fs/proc/array.c</c>, <c>task_state_array</c>).</summary>
public enum TaskState : byte
{
    /// <summary>No task.</summary>
    None = 0,

    /// <summary>Runs, or waits for a processor.</summary>
    Running = (byte)'R',

    /// <summary>Waits, and a signal wakes it.</summary>
    Sleeping = (byte)'S',

    /// <summary>Waits, and no signal wakes it.</summary>
    DiskSleep = (byte)'D',

    /// <summary>Stopped by a signal.</summary>
    Stopped = (byte)'T',

    /// <summary>Stopped by its tracer.</summary>
    Traced = (byte)'t',

    /// <summary>On its way out, reaped already.</summary>
    Dead = (byte)'X',

    /// <summary>Ended, and nobody has waited for it yet.</summary>
    Zombie = (byte)'Z',

    /// <summary>A kernel thread that is parked.</summary>
    Parked = (byte)'P',

    /// <summary>A kernel thread that waits without counting as load.</summary>
    Idle = (byte)'I',
}
