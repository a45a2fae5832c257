using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hongyan.Server.Delivery.Log;

namespace Hongyan.FaultTests.CrashPoints;

/// <summary>
/// A file system for SQLite (https://www.sqlite.org/vfs.html) that is the machine's own, and writes down in a
/// <see cref="DiskJournal"/> what is done to the files of a watched folder. The offsets are those of
/// <c>sqlite3_vfs</c> and <c>sqlite3_io_methods</c> on 64-bit machines. What is in shared memory (<c>-shm</c>) does not
/// pass through here, and does not matter: SQLite makes it anew after a crash.
/// </summary>
internal static unsafe class JournalVfs
{
    public const string Name = "journal";

    private const int VfsBytes = 168;
    private const int NextOffset = 16;
    private const int NameOffset = 24;
    private const int OpenOffset = 40;
    private const int DeleteOffset = 48;
    private const int MethodsBytes = 152;
    private const int CloseOffset = 8;
    private const int WriteOffset = 24;
    private const int TruncateOffset = 32;
    private const int SyncOffset = 40;
    private const int IoErrorOfFlush = 1034; // SQLITE_IOERR_FSYNC

    private static readonly nint Original = Find(0);
    private static readonly ConcurrentDictionary<nint, nint> OriginalMethods = new();
    private static readonly ConcurrentDictionary<nint, nint> OwnMethods = new();
    private static readonly ConcurrentDictionary<nint, (DiskJournal Journal, string Path, nint Methods)> Files = new();
    private static readonly ConcurrentDictionary<string, DiskJournal> Journals = new();

    static JournalVfs()
    {
        var own = (byte*)NativeMemory.AllocZeroed(VfsBytes);
        Buffer.MemoryCopy((void*)Original, own, VfsBytes, VfsBytes);
        *(nint*)(own + NextOffset) = 0;
        *(nint*)(own + NameOffset) = Marshal.StringToCoTaskMemUTF8(Name);
        *(delegate* unmanaged[Cdecl]<nint, byte*, nint, int, int*, int>*)(own + OpenOffset) = &Open;
        *(delegate* unmanaged[Cdecl]<nint, byte*, int, int>*)(own + DeleteOffset) = &Delete;
        if (Register((nint)own, 0) != 0)
        {
            throw new InvalidOperationException("SQLite does not take the file system.");
        }
    }

    /// <summary>Writes down from now on what is done to the files of the journal's folder.</summary>
    public static void Begin(DiskJournal journal) => Journals[journal.Folder] = journal;

    public static void End(DiskJournal journal) => Journals.TryRemove(journal.Folder, out _);

    private static DiskJournal? JournalOf(string path) => Journals.GetValueOrDefault(Path.GetDirectoryName(path) ?? "");

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(nint vfs, byte* name, nint file, int flags, int* outFlags)
    {
        var open = *(delegate* unmanaged[Cdecl]<nint, byte*, nint, int, int*, int>*)(Original + OpenOffset);
        var path = Marshal.PtrToStringUTF8((nint)name);
        if (path is null || JournalOf(path) is not { } journal)
        {
            return open(Original, name, file, flags, outFlags);
        }

        var result = 0;
        if (File.Exists(path))
        {
            result = open(Original, name, file, flags, outFlags);
        }
        else
        {
            journal.Do(
                DiskCall.Create,
                path,
                0,
                default,
                () => (result = open(Original, name, file, flags, outFlags)) == 0 && File.Exists(path)
            );
        }

        if (result == 0)
        {
            var methods = *(nint*)file;
            Files[file] = (journal, path, methods);
            *(nint*)file = OwnMethods.GetOrAdd(methods, MakeMethods);
        }

        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(nint vfs, byte* name, int flushesFolder)
    {
        var delete = *(delegate* unmanaged[Cdecl]<nint, byte*, int, int>*)(Original + DeleteOffset);
        var path = Marshal.PtrToStringUTF8((nint)name)!;
        if (JournalOf(path) is not { } journal)
        {
            return delete(Original, name, flushesFolder);
        }

        var result = 0;
        journal.Do(DiskCall.Delete, path, 0, default, () => (result = delete(Original, name, flushesFolder)) == 0);
        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(nint file)
    {
        Files.TryRemove(file, out var known);
        return (*(delegate* unmanaged[Cdecl]<nint, int>*)(known.Methods + CloseOffset))(file);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(nint file, byte* bytes, int count, long offset)
    {
        var (journal, path, methods) = Files[file];
        var write = *(delegate* unmanaged[Cdecl]<nint, byte*, int, long, int>*)(methods + WriteOffset);
        var result = 0;
        journal.Do(
            DiskCall.Write,
            path,
            offset,
            new ReadOnlySpan<byte>(bytes, count),
            () => (result = write(file, bytes, count, offset)) == 0
        );
        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(nint file, long length)
    {
        var (journal, path, methods) = Files[file];
        var truncate = *(delegate* unmanaged[Cdecl]<nint, long, int>*)(methods + TruncateOffset);
        var result = 0;
        journal.Do(DiskCall.SetLength, path, length, default, () => (result = truncate(file, length)) == 0);
        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(nint file, int flags)
    {
        var (journal, path, methods) = Files[file];
        if (journal.Fails())
        {
            return IoErrorOfFlush;
        }

        var sync = *(delegate* unmanaged[Cdecl]<nint, int, int>*)(methods + SyncOffset);
        var result = 0;
        journal.Do(DiskCall.Flush, path, 0, default, () => (result = sync(file, flags)) == 0);
        return result;
    }

    private static nint MakeMethods(nint original)
    {
        var own = (byte*)NativeMemory.AllocZeroed(MethodsBytes);
        Buffer.MemoryCopy((void*)original, own, MethodsBytes, MethodsBytes);
        *(delegate* unmanaged[Cdecl]<nint, int>*)(own + CloseOffset) = &Close;
        *(delegate* unmanaged[Cdecl]<nint, byte*, int, long, int>*)(own + WriteOffset) = &Write;
        *(delegate* unmanaged[Cdecl]<nint, long, int>*)(own + TruncateOffset) = &Truncate;
        *(delegate* unmanaged[Cdecl]<nint, int, int>*)(own + SyncOffset) = &Sync;
        return (nint)own;
    }

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_vfs_find")]
    private static extern nint Find(nint name);

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_vfs_register")]
    private static extern int Register(nint vfs, int makeDefault);
}
