using System.Runtime.CompilerServices;

// Structures cross to the kernel as they lie in memory: no marshalling is ever wanted.
[assembly: DisableRuntimeMarshalling]
