namespace Bobbin.Kernel.Fuse;

/// <summary>Who made a request, as <c>struct fuse_in_header</c> says.</summary>
/// <param name="UserId">The file system user id (fsuid) the call uses, in the server's user namespace.</param>
/// <param name="GroupId">The file system group id (fsgid) the call uses.</param>
/// <param name="ThreadId">The calling <em>thread</em>'s id in the mounter's pid namespace; 0 where it has none there.</param>
public readonly record struct FuseCaller(uint UserId, uint GroupId, int ThreadId);

/// <summary>The part of a request that all operations share.</summary>
/// <param name="Unique">The request's number, echoed in the reply.</param>
/// <param name="Caller">Who asks.</param>
public readonly record struct FuseRequest(ulong Unique, FuseCaller Caller);
