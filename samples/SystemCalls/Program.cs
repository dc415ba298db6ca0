// Who makes the most system calls: system-calls [SECONDS]
// A program of BPF counts, for each process, in a hash that keeps a number for each processor: no lock, and no call that is not counted.
using System.Globalization;
using Bobbin.Kernel.Bpf;

TimeSpan interval = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 1);
try
{
    using BpfMap counts = BpfMap.Create(BpfMapSpec.PerCpuHash<int, long>("counts", 10_000));
    using (BpfProgram program = BpfProgram.Load(Build(), counts))
    using (RawTracepoint.Attach("sys_enter", program))
    {
        Thread.Sleep(interval);
    }

    Dictionary<int, long> all = [];
    foreach (int process in counts.Keys<int>())
    {
        all[process] = counts.Sum(process);
    }

    foreach ((int process, long count) in all.OrderByDescending(one => one.Value).Take(10))
    {
        Console.WriteLine($"{count,10}  {process}");
    }

    Console.WriteLine($"{all.Values.Sum(),10}  of {all.Count} processes");
    return 0;
}
catch (BpfException failure)
{
    Console.Error.WriteLine($"system-calls: {failure.Message}");
    return 1;
}

static BpfProgramSpec Build()
{
    const int Key = -8, One = -16; // on the stack
    BpfAssembler code = new();
    BpfLabel first = code.Label(), end = code.Label();

    // key = bpf_get_current_pid_tgid() >> 32
    code.Call(BpfHelper.GetCurrentPidTgid);
    code.Compute(BpfOperation.ShiftRight, BpfRegister.R0, 32);
    code.Store(BpfSize.Word, BpfRegister.R10, Key, BpfRegister.R0);

    // if ((count = bpf_map_lookup_elem(&counts, &key))) (*count)++
    code.LoadMap(BpfRegister.R1, "counts");
    code.MoveStackAddress(BpfRegister.R2, Key);
    code.Call(BpfHelper.MapLookupElement);
    code.GoToIf(BpfCondition.Equal, BpfRegister.R0, 0, first);
    code.Load(BpfSize.Double, BpfRegister.R1, BpfRegister.R0, 0);
    code.Compute(BpfOperation.Add, BpfRegister.R1, 1);
    code.Store(BpfSize.Double, BpfRegister.R0, 0, BpfRegister.R1);
    code.GoTo(end);

    // else bpf_map_update_elem(&counts, &key, &one, BPF_ANY)
    code.Place(first);
    code.Store(BpfSize.Double, BpfRegister.R10, One, 1);
    code.LoadMap(BpfRegister.R1, "counts");
    code.MoveStackAddress(BpfRegister.R2, Key);
    code.MoveStackAddress(BpfRegister.R3, One);
    code.Move(BpfRegister.R4, 0);
    code.Call(BpfHelper.MapUpdateElement);
    code.Place(end);
    code.Move(BpfRegister.R0, 0);
    code.Exit();
    return code.ToProgram("count", BpfProgramType.RawTracepoint);
}
