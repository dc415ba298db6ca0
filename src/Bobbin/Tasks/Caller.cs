namespace Bobbin.Tasks;

/// <summary>The thread that asks, with the ids that its call uses.</summary>
/// <param name="ThreadId">Its id as the carrier of the request (the FUSE header, a test) knows it; 0 where it has none there.</param>
/// <param name="UserId">File system user id.</param>
/// <param name="GroupId">File system group id.</param>
public readonly record struct Caller(int ThreadId, uint UserId, uint GroupId);
