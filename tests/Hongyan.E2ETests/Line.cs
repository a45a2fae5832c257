using System.Net;
using System.Net.Sockets;

namespace Hongyan.E2ETests;

/// <summary>The line between a device and the server, which can be cut and mended.</summary>
internal sealed class Line : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HashSet<Socket> _open = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Uri _server;
    private readonly Task _accepting;
    private bool _isCut;

    public Line(Uri server)
    {
        _server = server;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    /// <summary>Where the server is behind this line.</summary>
    public Uri Address { get; }

    /// <summary>Breaks what is open, and whatever is tried from here on.</summary>
    public void Cut()
    {
        lock (_open)
        {
            _isCut = true;
            foreach (var socket in _open)
            {
                Break(socket);
            }

            _open.Clear();
        }
    }

    public void Mend()
    {
        lock (_open)
        {
            _isCut = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Cut();
        await _accepting;
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var device = await _listener.AcceptSocketAsync(_stopping.Token);
                _ = CarryAsync(device);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(Socket device)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(_server.Host, _server.Port, _stopping.Token);
            lock (_open)
            {
                if (_isCut)
                {
                    Break(device);
                    return;
                }

                _open.Add(device);
                _open.Add(server);
            }

            await Task.WhenAll(CopyAsync(device, server), CopyAsync(server, device));
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            // Cut, or one end is gone; so the other goes too.
        }
        finally
        {
            lock (_open)
            {
                _open.Remove(device);
                _open.Remove(server);
            }

            device.Dispose();
            server.Dispose();
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, _stopping.Token) is var count and > 0)
            {
                for (var sent = 0; sent < count; )
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent..count), _stopping.Token);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            Break(from);
            Break(to);
        }
    }

    /// <summary>Without a farewell.</summary>
    private static void Break(Socket socket)
    {
        try
        {
            socket.Close(0);
        }
        catch (SocketException)
        {
            // It is closed already.
        }
    }
}
