namespace Bobbin.Tests.Fuse;

/// <summary>Has the kernel offer FUSE over io_uring for as long as a class of tests runs, where it can.</summary>
public sealed class IoUringEnabled : IDisposable
{
    private const string Parameter = "/sys/module/fuse/parameters/enable_uring";
    private readonly string? _before;

    public IoUringEnabled()
    {
        if (File.Exists(Parameter) && Bobbin.Tests.Fixtures.Native.EffectiveUser == 0)
        {
            _before = File.ReadAllText(Parameter);
            File.WriteAllText(Parameter, "Y");
        }
    }

    /// <summary>Whether it does.</summary>
    public bool Holds => _before is not null;

    public void Dispose()
    {
        if (_before is not null)
        {
            File.WriteAllText(Parameter, _before);
        }
    }
}
