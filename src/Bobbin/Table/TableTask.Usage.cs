using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>What a task uses up.</summary>
public sealed partial class TableTask
{
    /// <summary>It runs for a time, in nanoseconds, on the processor where it is scheduled.</summary>
    public void Spend(ulong user, ulong system = 0)
    {
        bool isNice;
        int processor;
        lock (Group)
        {
            var spent = new TaskUsage { UserTime = user, SystemTime = system };
            _usage.Add(spent);
            Group.Usage.Add(spent);
            _runs.RunTime += user + system;
            _runs.Slices++;
            (isNice, processor) = (_scheduling.Nice > 0, _scheduling.Processor);
        }

        Table.AddProcessorTime(processor, user, system, isNice);
    }

    /// <summary>It has page faults.</summary>
    public void Fault(ulong minor, ulong major = 0)
    {
        var faults = new TaskUsage { MinorFaults = minor, MajorFaults = major };
        lock (Group)
        {
            _usage.Add(faults);
            Group.Usage.Add(faults);
        }
    }

    /// <summary>It reads and writes: adds to its counts and to its group's.</summary>
    public void Transfer(in TaskIo io)
    {
        lock (Group)
        {
            _io.Add(io);
            Group.Io.Add(io);
        }
    }

    /// <summary>Its processor switches from it to another.</summary>
    public void Switch(ulong voluntary, ulong involuntary = 0)
    {
        lock (Group)
        {
            _runs.VoluntarySwitches += voluntary;
            _runs.InvoluntarySwitches += involuntary;
        }
    }
}
