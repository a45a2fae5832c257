namespace Hongyan.Server.Delivery.Log;

/// <summary>
/// A message's number or client id is in the log already, so what this process has in memory is not the truth; or the
/// store refuses one of the writes for good.
/// </summary>
internal sealed class LogConflictException(string message, Exception? inner = null) : Exception(message, inner);
