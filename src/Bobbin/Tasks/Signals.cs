namespace Bobbin.Tasks;

/// <summary>A task's signal sets; bit n-1 is signal n.</summary>
/// <param name="Pending">Pending for this thread.</param>
/// <param name="SharedPending">Pending for its group.</param>
/// <param name="Blocked">Blocked by this thread.</param>
/// <param name="Ignored">Ignored by the group.</param>
/// <param name="Caught">With a handler in the group.</param>
/// <param name="Queued">Signals queued for the user (SigQ, first number).</param>
public readonly record struct Signals(ulong Pending, ulong SharedPending, ulong Blocked, ulong Ignored, ulong Caught, uint Queued);
