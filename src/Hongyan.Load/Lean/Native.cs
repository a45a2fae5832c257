using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;

namespace Hongyan.Load.Lean;

/// <summary>The few system calls of Linux that a client needs which must cost next to nothing.</summary>
internal static unsafe partial class Native
{
    public const uint Readable = 0x001;
    public const uint Writable = 0x004;
    public const uint Failed = 0x008 | 0x010;

    public const int WouldBlock = 11;
    public const int Interrupted = 4;

    private const int Inet = 2;
    private const int Stream = 1;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int SetFlags = 4;
    private const int Tcp = 6;
    private const int NoDelay = 1;
    private const int IpLevel = 0;
    private const int BindAddressNoPort = 24;
    private const int NoSignal = 0x4000;
    private const int Monotonic = 1;

    private const int CtlAdd = 1;
    private const int CtlModify = 3;

    // The kernel packs the structure on x86-64 alone.
    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Bytes from one event to the next.</summary>
    public static int EventSize { get; } = IsPacked ? 12 : 16;

    private static int DataOffset { get; } = IsPacked ? 4 : 8;

    public static int NewEpoll() => Check(EpollCreate1(CloseOnExec), "epoll_create1");

    /// <summary>Waits for events; none when it was interrupted.</summary>
    public static int Wait(int epoll, byte* events, int capacity, int timeoutMs)
    {
        var count = EpollWait(epoll, events, capacity, timeoutMs);
        return count < 0 && Marshal.GetLastPInvokeError() == Interrupted ? 0 : Check(count, "epoll_wait");
    }

    public static (uint Events, int Data) Event(byte* events, int index)
    {
        var at = events + (index * EventSize);
        return (*(uint*)at, *(int*)(at + DataOffset));
    }

    public static void Watch(int epoll, int fd, int data, bool isWriting, bool isNew)
    {
        var change = stackalloc byte[16];
        *(uint*)change = isWriting ? Readable | Writable : Readable;
        *(long*)(change + DataOffset) = data;
        Check(EpollCtl(epoll, isNew ? CtlAdd : CtlModify, fd, change), "epoll_ctl");
    }

    /// <summary>Connects over loopback, and makes the socket one that never blocks.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="from">The last number of the source address 127.0.0.x: each has its own range of ports.</param>
    public static int Connect(IPEndPoint to, byte from)
    {
        var fd = Check(Socket(Inet, Stream | CloseOnExec, 0), "socket");
        try
        {
            var on = 1;
            Check(SetSockOpt(fd, IpLevel, BindAddressNoPort, &on, sizeof(int)), "setsockopt");
            Check(SetSockOpt(fd, Tcp, NoDelay, &on, sizeof(int)), "setsockopt");
            var address = stackalloc byte[16];
            WriteAddress(address, [127, 0, 0, from], 0);
            Check(Bind(fd, address, 16), "bind");
            WriteAddress(address, to.Address.GetAddressBytes(), to.Port);
            Check(Connect(fd, address, 16), "connect");
            Check(Fcntl(fd, SetFlags, NonBlocking), "fcntl");
            return fd;
        }
        catch
        {
            Close(fd);
            throw;
        }
    }

    /// <returns>How many bytes; 0 at the end; -1 when there is nothing now.</returns>
    public static int Receive(int fd, byte* buffer, int length)
    {
        var received = (int)Recv(fd, buffer, (nuint)length, 0);
        return received >= 0 || IsTransient(Marshal.GetLastPInvokeError()) ? received : 0;
    }

    /// <returns>How many bytes were taken; 0 when there is no room now; -1 when the other side is gone.</returns>
    public static int Send(int fd, byte* buffer, int length)
    {
        var sent = (int)Send(fd, buffer, (nuint)length, NoSignal);
        return sent >= 0 ? sent
            : IsTransient(Marshal.GetLastPInvokeError()) ? 0
            : -1;
    }

    /// <summary>A timer that becomes readable at an interval.</summary>
    /// <param name="interval">How often.</param>
    /// <param name="isBlocking">Whether <see cref="ReadTimer"/> waits for the next time.</param>
    public static int NewTimer(TimeSpan interval, bool isBlocking = false)
    {
        var fd = Check(TimerCreate(Monotonic, CloseOnExec | (isBlocking ? 0 : NonBlocking)), "timerfd_create");
        var time = stackalloc long[4];
        var nanoseconds = Math.Max(1, (long)interval.TotalNanoseconds);
        (time[0], time[1]) = (nanoseconds / 1_000_000_000, nanoseconds % 1_000_000_000);
        (time[2], time[3]) = (time[0], time[1]);
        Check(TimerSet(fd, 0, time, null), "timerfd_settime");
        return fd;
    }

    /// <summary>Notes that a timer was seen.</summary>
    public static void ReadTimer(int fd)
    {
        long expirations;
        _ = Read(fd, &expirations, sizeof(long));
    }

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    private static bool IsTransient(int error) => error is WouldBlock or Interrupted;

    private static void WriteAddress(byte* at, ReadOnlySpan<byte> address, int port)
    {
        var bytes = new Span<byte>(at, 16);
        bytes.Clear();
        *(ushort*)at = Inet;
        (bytes[2], bytes[3]) = ((byte)(port >> 8), (byte)port);
        address.CopyTo(bytes[4..]);
    }

    private static int Check(int result, string call) =>
        result >= 0
            ? result
            : throw new IOException($"{call}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate1(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollCtl(int epoll, int operation, int fd, void* change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int EpollWait(int epoll, void* events, int capacity, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int Socket(int domain, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    private static partial int Bind(int fd, void* address, int length);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int fd, void* address, int length);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int fd, int command, int value);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetSockOpt(int fd, int level, int option, void* value, int length);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Recv(int fd, void* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(int fd, void* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint Read(int fd, void* buffer, nuint length);

    [LibraryImport("libc", EntryPoint = "timerfd_create", SetLastError = true)]
    private static partial int TimerCreate(int clock, int flags);

    [LibraryImport("libc", EntryPoint = "timerfd_settime", SetLastError = true)]
    private static partial int TimerSet(int fd, int flags, void* time, void* old);
}
