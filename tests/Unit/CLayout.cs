using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using Xunit;

namespace Bobbin.Tests;

/// <summary>
/// What the C headers say about a structure, checked by the C compiler: collects static assertions and compiles them. Skips the
/// test where there is no C compiler.
/// </summary>
internal sealed class CLayout(params string[] headers)
{
    private readonly StringBuilder _source = new(
        "#define _GNU_SOURCE\n#include <stddef.h>\n" + string.Concat(headers.Select(header => $"#include <{header}>\n")));

    /// <summary>The structure has as many bytes in C as here.</summary>
    public CLayout Size<T>(string type) where T : unmanaged => That($"sizeof({type}) == {Unsafe.SizeOf<T>()}");

    /// <summary>A field lies where it lies here.</summary>
    public CLayout Field<T, TField>(string type, string field, in T whole, in TField part) where T : unmanaged where TField : unmanaged
    {
        nint offset = Unsafe.ByteOffset(in Unsafe.As<T, byte>(ref Unsafe.AsRef(in whole)), in Unsafe.As<TField, byte>(ref Unsafe.AsRef(in part)));
        return That($"offsetof({type}, {field}) == {offset}").That($"sizeof((({type} *)0)->{field}) == {Unsafe.SizeOf<TField>()}");
    }

    /// <summary>A constant has the same value.</summary>
    public CLayout Constant(string name, long value) => That($"(long)({name}) == {value}L");

    /// <summary>Any other constant expression of C.</summary>
    public CLayout That(string expression)
    {
        _source.Append("_Static_assert(").Append(expression).Append(", \"").Append(expression.Replace("\"", "\\\"")).Append("\");\n");
        return this;
    }

    /// <summary>Assertions that hold only where the headers are new enough: <paramref name="condition"/> is the preprocessor's.</summary>
    public CLayout If(string condition, Action<CLayout> then)
    {
        _source.Append("#if ").Append(condition).Append('\n');
        then(this);
        _source.Append("#endif\n");
        return this;
    }

    /// <summary>Compiles, and fails with what the compiler said.</summary>
    public void Check()
    {
        string? compiler = new[] { "/usr/bin/gcc", "/usr/bin/cc", "/usr/bin/clang" }.FirstOrDefault(File.Exists);
        if (compiler is null)
        {
            Assert.Skip("no C compiler");
            return;
        }

        ProcessStartInfo start = new(compiler, "-x c -fsyntax-only -") { RedirectStandardInput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        process.StandardInput.Write(_source);
        process.StandardInput.Close();
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, said);
    }
}
