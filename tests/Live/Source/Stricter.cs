using Bobbin.Tests.Fixtures;

namespace Bobbin.Tests.Source;

/// <summary>The cases where a caller gets less than from the kernel, or something else: each is a row of docs/fidelity.md.</summary>
internal static class Stricter
{
    public static bool IsKnown(string caller, string target, string entry, string what, string mine, string kernels)
    {
        bool refused = mine is "-13" or "-1";

        // The server answers about itself only what everybody may know, and all to its equals.
        if (target == "server" && caller != "root" && refused)
        {
            return Fidelity.Rows.ContainsKey("server-itself");
        }

        // Capabilities of another user namespace count for nothing here, nor can the server be in it.
        return caller.EndsWith("namespace", StringComparison.Ordinal) && refused && Fidelity.Rows.ContainsKey("namespace-capabilities");
    }
}
