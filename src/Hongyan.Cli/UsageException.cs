namespace Hongyan.Cli;

/// <summary>What was typed cannot be meant; the message is for whoever typed it.</summary>
internal sealed class UsageException(string message) : Exception(message);
