namespace Bobbin.Procfs;

/// <summary>Who numbers which <see cref="ProcNodeKind.Fixed"/> nodes.</summary>
internal static class ProcNodeRanges
{
    /// <summary>From here on: <c>fs</c> and what the tree itself keeps below it.</summary>
    public const ulong OwnStatic = 0x100;

    /// <summary>From here on: static entries of generated content.</summary>
    public const ulong ContentStatic = 0x1_0000;
}
