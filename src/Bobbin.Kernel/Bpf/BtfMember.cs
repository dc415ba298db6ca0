namespace Bobbin.Kernel.Bpf;

/// <summary>Where something lies in a structure.</summary>
/// <param name="Offset">Bytes from the structure's start.</param>
/// <param name="Size">Bytes; of a pointer, 8.</param>
/// <param name="Type">The id of its type, with typedefs and qualifiers taken off.</param>
public readonly record struct BtfMember(int Offset, int Size, int Type);
