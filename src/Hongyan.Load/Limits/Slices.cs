namespace Hongyan.Load.Limits;

/// <summary>Threads that stand ready to do one job together, again and again, each its own slice of it.</summary>
internal sealed class Slices : IDisposable
{
    private readonly Action<int> _work;
    private readonly SemaphoreSlim[] _begin;
    private readonly CountdownEvent _left = new(1);
    private readonly Thread[] _threads;
    private volatile bool _isEnding;

    /// <param name="count">How many slices; the caller's own thread does the first.</param>
    /// <param name="work">Does a slice.</param>
    public Slices(int count, Action<int> work)
    {
        _work = work;
        _begin = [.. Enumerable.Range(1, count - 1).Select(_ => new SemaphoreSlim(0))];
        _threads = [.. Enumerable.Range(1, count - 1).Select(slice => new Thread(() => Serve(slice)))];
        foreach (var thread in _threads)
        {
            thread.IsBackground = true;
            thread.Start();
        }
    }

    /// <summary>Does all slices; returns when the last is done.</summary>
    public void RunAll()
    {
        _left.Reset(_begin.Length + 1);
        foreach (var begin in _begin)
        {
            begin.Release();
        }

        _work(0);
        _left.Signal();
        _left.Wait();
    }

    public void Dispose()
    {
        _isEnding = true;
        foreach (var begin in _begin)
        {
            begin.Release();
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        Array.ForEach(_begin, begin => begin.Dispose());
        _left.Dispose();
    }

    private void Serve(int slice)
    {
        while (true)
        {
            _begin[slice - 1].Wait();
            if (_isEnding)
            {
                return;
            }

            _work(slice);
            _left.Signal();
        }
    }
}
