namespace Bobbin.Tests.Access;

/// <summary>Differences of the access matrix that docs/fidelity.md explains.</summary>
internal static class Exceptions
{
    /// <summary>Whether a row explains that Bobbin's answer to an attempt ("path, tab, operation") is not the kernel's.</summary>
    public static bool Allow(string attempt, string kernel, string bobbin) => false;
}
