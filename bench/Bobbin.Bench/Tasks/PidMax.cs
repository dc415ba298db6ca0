using System.Globalization;

namespace Bobbin.Bench.Tasks;

/// <summary>Room for so many threads (<c>kernel.pid_max</c>), put back afterwards.</summary>
internal sealed class PidMax : IDisposable
{
    private const string Setting = "/proc/sys/kernel/pid_max";

    private readonly string _before = File.ReadAllText(Setting);

    public PidMax(int threads)
    {
        if (int.Parse(_before, CultureInfo.InvariantCulture) < threads * 2)
        {
            File.WriteAllText(Setting, "4194304\n");
        }
    }

    public void Dispose() => File.WriteAllText(Setting, _before);
}
