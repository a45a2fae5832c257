using Hongyan.Contracts.Errors;
using Hongyan.Contracts.Ids;

namespace Hongyan.Server.Delivery;

/// <summary>How writes get to the writer: bounded in all and in each conversation, in the order of their numbers.</summary>
internal sealed partial class Sequencer
{
    /// <summary>
    /// Numbers a write under the lock of its slot and hands it to the writer. Waits while there are too many writes under
    /// way, in all or in its conversation.
    /// </summary>
    /// <param name="number">Judges, numbers, and returns the write; or a refusal; or neither, when nothing is to be done.</param>
    /// <returns>Null when it is on its way or nothing is to be done; otherwise an error code.</returns>
    private async ValueTask<string?> SubmitAsync(
        ConversationId conversation,
        Func<SlotState, ConversationState, (Operation? Operation, string? Refusal)> number,
        CancellationToken cancellationToken
    )
    {
        Turn? turn = null;
        var (isOnItsWay, hasToWait) = (false, false);
        try
        {
            while (!_isStopping)
            {
                if (Failure is not null)
                {
                    return ErrorCode.StoreUnavailable;
                }

                hasToWait = false;
                await _permits.WaitAsync(cancellationToken);
                string? refusal;
                try
                {
                    refusal = await WithStateAsync(conversation, TryNumber, cancellationToken);
                }
                finally
                {
                    if (!isOnItsWay)
                    {
                        _permits.Release();
                    }
                }

                if (!hasToWait)
                {
                    return refusal;
                }

                await turn!.Task.WaitAsync(cancellationToken);
            }

            return ErrorCode.ShuttingDown;
        }
        finally
        {
            if (turn is not null)
            {
                GiveUp(turn);
            }
        }

        string? TryNumber(SlotState slot, ConversationState state)
        {
            if (turn is not null && turn.State != state)
            {
                // The state it waited at never came to be.
                turn.State.GiveUp(turn);
                turn = null;
            }

            hasToWait = !state.TryEnter(turn);
            if (hasToWait)
            {
                turn = state.LineUp();
                return null;
            }

            turn = null;
            try
            {
                var (operation, refusal) = number(slot, state);
                if (operation is null)
                {
                    return refusal;
                }

                isOnItsWay = TryHandOver(slot, state, operation);
                return isOnItsWay ? null : ErrorCode.ShuttingDown;
            }
            finally
            {
                state.CallNext();
            }
        }
    }

    private void GiveUp(Turn turn)
    {
        lock (_slots[Slots.Of(turn.State.Id)].Gate)
        {
            turn.State.GiveUp(turn);
        }
    }

    private bool TryHandOver(SlotState slot, ConversationState state, Operation operation)
    {
        state.Pending++;
        var writer =
            operation.Mark is not null && _markWriter is not null
                ? _markWriter
                : _writers[operation.Slot % _writers.Length];
        if (writer.TryAdd(operation))
        {
            return true;
        }

        // The server is stopping: the number taken for it is void, and so is the state.
        state.Pending--;
        slot.Loaded.Remove(state.Id);
        return false;
    }
}
