using Hongyan.Contracts.Conversations;
using Hongyan.Contracts.Ids;
using Hongyan.Server.Delivery;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.UnitTests.Delivery;

public sealed class SlotStateTests
{
    private const long Now = 1_000_000;
    private const long LongAgo = Now - 60_000;

    [Fact]
    public void Trim_OverCapacity_ForgetsTheLongestUnused()
    {
        using var slot = new SlotState();
        Add(slot, 1, LongAgo);
        Add(slot, 2, LongAgo + 1);
        Add(slot, 3, LongAgo + 2);

        slot.Trim(2, Now);

        Assert.Equal([2, 3], slot.Loaded.Keys.Select(id => id.Value).Order());
    }

    [Fact]
    public void Trim_KeepsWhatIsOnItsWayOrWasJustUsed()
    {
        using var slot = new SlotState();
        Add(slot, 1, LongAgo).Pending = 1;
        Add(slot, 2, Now - 1);

        slot.Trim(0, Now);

        Assert.Equal([1, 2], slot.Loaded.Keys.Select(id => id.Value).Order());
    }

    [Fact]
    public void Trim_WithinCapacity_ForgetsNothing()
    {
        using var slot = new SlotState();
        Add(slot, 1, LongAgo);

        slot.Trim(1, Now);

        Assert.Single(slot.Loaded);
    }

    private static ConversationState Add(SlotState slot, long id, long lastUsed)
    {
        var conversation = new ConversationId(id);
        var stored = new StoredConversation(conversation, ConversationKind.Notes, "", 0, 0, true, []);
        var state = new ConversationState(stored, new DeliveryOptions()) { LastUsed = lastUsed };
        slot.Loaded.Add(conversation, state);
        return state;
    }
}
