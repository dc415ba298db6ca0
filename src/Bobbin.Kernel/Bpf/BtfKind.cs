namespace Bobbin.Kernel.Bpf;

/// <summary>Kinds of types (<c>BTF_KIND_*</c> in <c>include/uapi/linux/btf.h</c>).</summary>
public enum BtfKind
{
    /// <summary><c>void</c>, which has the id 0; also what is not there.</summary>
    Void = 0,

    /// <summary>An integer, a <c>char</c> or a <c>bool</c>.</summary>
    Integer = 1,

    /// <summary>A pointer.</summary>
    Pointer = 2,

    /// <summary>An array of a fixed length.</summary>
    Array = 3,

    /// <summary>A <c>struct</c>.</summary>
    Structure = 4,

    /// <summary>A <c>union</c>.</summary>
    Union = 5,

    /// <summary>An <c>enum</c> of up to 32 bits.</summary>
    Enumeration = 6,

    /// <summary>A structure or union of which only the name is known.</summary>
    Forward = 7,

    /// <summary>A <c>typedef</c>.</summary>
    Typedef = 8,

    /// <summary>A type with <c>volatile</c>.</summary>
    Volatile = 9,

    /// <summary>A type with <c>const</c>.</summary>
    Const = 10,

    /// <summary>A pointer with <c>restrict</c>.</summary>
    Restrict = 11,

    /// <summary>A function, whose type is a <see cref="Prototype"/>.</summary>
    Function = 12,

    /// <summary>The type of a function.</summary>
    Prototype = 13,

    /// <summary>A global variable.</summary>
    Variable = 14,

    /// <summary>A section of an object file, and which variables lie in it.</summary>
    Section = 15,

    /// <summary>A floating-point number.</summary>
    Float = 16,

    /// <summary>A tag on a declaration.</summary>
    DeclarationTag = 17,

    /// <summary>A tag on a type.</summary>
    TypeTag = 18,

    /// <summary>An <c>enum</c> of 64 bits.</summary>
    Enumeration64 = 19,
}
