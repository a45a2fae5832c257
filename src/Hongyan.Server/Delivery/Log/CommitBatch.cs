namespace Hongyan.Server.Delivery.Log;

/// <summary>What one commit writes.</summary>
/// <param name="Writes">In the order of each conversation.</param>
/// <param name="Epochs">The epoch this process holds for each slot, by slot.</param>
internal sealed record CommitBatch(IReadOnlyList<LogWrite> Writes, long[] Epochs);
