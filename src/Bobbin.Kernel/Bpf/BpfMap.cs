using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// A map that the kernel holds for as long as this, or a loaded program, refers to it (<c>Documentation/bpf/maps.rst</c>). Keys and values
/// are structures of plain bytes, copied between the kernel and the caller's variables: nothing is allocated.
/// </summary>
/// <remarks>
/// Any number of threads may use it at once. Takes CAP_BPF to make; what goes for its elements takes the descriptor alone.
/// </remarks>
public sealed partial class BpfMap : IDisposable
{
    private static readonly Dictionary<BpfMapType, Version> s_since = new()
    {
        [BpfMapType.PerCpuHash] = new(4, 6),
        [BpfMapType.PerCpuArray] = new(4, 6),
        [BpfMapType.StackTrace] = new(4, 6),
        [BpfMapType.LruHash] = new(4, 10),
        [BpfMapType.LruPerCpuHash] = new(4, 10),
        [BpfMapType.RingBuffer] = new(5, 8),
    };

    private BpfMap(BpfMapSpec spec, SafeFileHandle descriptor)
    {
        Spec = spec;
        Descriptor = descriptor;
    }

    /// <summary>What it was made from.</summary>
    public BpfMapSpec Spec { get; }

    /// <summary>Keeps the map in the kernel; this object's to close.</summary>
    public SafeFileHandle Descriptor { get; }

    /// <summary>Makes a map (BPF_MAP_CREATE).</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static BpfMap Create(BpfMapSpec spec)
    {
        BpfMapCreate attributes = new()
        {
            Type = spec.Type,
            KeySize = (uint)spec.KeySize,
            ValueSize = (uint)spec.ValueSize,
            MaxEntries = (uint)spec.MaxEntries,
            Flags = spec.Flags,
            Name = BpfName.From(spec.Name),
        };
        BpfAttempt attempt = new(BpfCommand.MapCreate, spec.Name)
        {
            Since = s_since.GetValueOrDefault(spec.Type),
            IsForEverybody = true,
            Invalid = $"A {spec.Type} cannot have keys of {spec.KeySize} bytes, values of {spec.ValueSize} and {spec.MaxEntries} entries, "
                + $"or not the flags {spec.Flags}.",
        };
        return new BpfMap(spec, BpfSystemCall.Open(BpfCommand.MapCreate, ref attributes, attempt));
    }

    /// <summary>Gives the map up: what programs do with it goes on.</summary>
    public void Dispose() => Descriptor.Dispose();

    private BpfException Refused(Errno errno, BpfCommand command) => new BpfAttempt(command, Spec.Name).Refused(errno);

    // The kernel copies as many bytes as the map's keys and values have, whatever it is given: a type of another size would be read or
    // written past.
    private void CheckSizes(int keySize, int valueSize)
    {
        if (keySize != Spec.KeySize || valueSize != Spec.LookupSize)
        {
            throw new ArgumentException($"Map '{Spec.Name}' has keys of {Spec.KeySize} and values of {Spec.LookupSize} bytes, not {keySize} and {valueSize}.");
        }
    }
}
