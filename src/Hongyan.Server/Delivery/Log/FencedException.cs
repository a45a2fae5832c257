namespace Hongyan.Server.Delivery.Log;

/// <summary>Another process has taken a slot that this one meant to write to.</summary>
internal sealed class FencedException(string message) : Exception(message);
