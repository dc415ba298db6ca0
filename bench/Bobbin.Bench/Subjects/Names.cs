namespace Bobbin.Bench.Subjects;

/// <summary>What the report calls the subjects.</summary>
internal static class Names
{
    public const string Kernel = "kernel";
    public const string Live = "Bobbin, live";
    public const string Run = "bobbin run";
    public const string Exact = "Bobbin, table, exact";
    public const string AtRest = "Bobbin, table, at rest";
    public const string Peer = "C libfuse3 server";
    public const string PeerFlush = "C libfuse3 server, with FLUSH";
    public const string Lxcfs = "LXCFS";
}
