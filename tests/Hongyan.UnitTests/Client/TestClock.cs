using Microsoft.Extensions.Time.Testing;

namespace Hongyan.UnitTests.Client;

/// <summary>A clock that stands still until told, and tells when a timer of some length has been made.</summary>
internal sealed class TestClock : FakeTimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<TimeSpan> _made = [];
    private readonly List<(TimeSpan Length, TaskCompletionSource Made)> _waiting = [];

    /// <summary>Waits for a timer of this length that no call before has waited for, then lets it end.</summary>
    public async Task PassAsync(TimeSpan length)
    {
        var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_made.Remove(length))
            {
                made.SetResult();
            }
            else
            {
                _waiting.Add((length, made));
            }
        }

        await made.Task;
        Advance(length);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        lock (_gate)
        {
            var index = _waiting.FindIndex(waiting => waiting.Length == dueTime);
            if (index < 0)
            {
                _made.Add(dueTime);
            }
            else
            {
                _waiting[index].Made.SetResult();
                _waiting.RemoveAt(index);
            }
        }

        return timer;
    }
}
