using System.Security.Cryptography.X509Certificates;
using Hongyan.Client;
using Hongyan.Contracts.Errors;

namespace Hongyan.Cli;

/// <summary>A signed-in identity on this machine, under <c>$XDG_CONFIG_HOME/hongyan</c>.</summary>
internal sealed class Profile
{
    private readonly string _folder;

    public Profile(string name)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAny(Path.GetInvalidFileNameChars()) || name.StartsWith('.'))
        {
            throw new UsageException("A profile's name is a plain word.");
        }

        var configuration = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        _folder = Path.Combine(
            string.IsNullOrEmpty(configuration) ? Path.Combine(home, ".config") : configuration,
            "hongyan"
        );
        Sessions = new FileSessionStore(Path.Combine(_folder, $"{name}.session.json"));
        AuthorityFile = Path.Combine(_folder, $"{name}.ca.crt");
    }

    public FileSessionStore Sessions { get; }

    /// <summary>The local authority this profile trusts, if it was told to.</summary>
    public string AuthorityFile { get; }

    /// <summary>From now on this profile trusts the server whose authority this is.</summary>
    public void Trust(string certificateFile)
    {
        OwnFile.MakeFolder(AuthorityFile);
        File.Copy(certificateFile, AuthorityFile, overwrite: true);
    }

    /// <summary>The interface to the server one is signed in to.</summary>
    public async Task<HongyanApi> OpenAsync(CancellationToken cancellationToken)
    {
        var session =
            await Sessions.LoadAsync(cancellationToken)
            ?? throw new HongyanException(
                ErrorCode.Unauthenticated,
                "Nobody is signed in; use hongyan login or hongyan register.",
                false
            );
        return Open(session.Server);
    }

    /// <summary>
    /// The interface for the session kept so far, to end it once another has taken its place; null when there is none.
    /// </summary>
    public async Task<HongyanApi?> OpenFormerAsync(CancellationToken cancellationToken)
    {
        if (await Sessions.LoadAsync(cancellationToken) is not { } former)
        {
            return null;
        }

        var store = new MemorySessionStore();
        await store.SaveAsync(former, cancellationToken);
        return new HongyanApi(former.Server, store, Handler());
    }

    /// <summary>The interface to a server.</summary>
    public HongyanApi Open(Uri server) => new(server, Sessions, Handler());

    /// <summary>What sends the socket's handshake.</summary>
    public ConnectionOptions Connection() =>
        new() { Invoker = File.Exists(AuthorityFile) ? new HttpMessageInvoker(Handler()) : null };

    private SocketsHttpHandler Handler()
    {
        var handler = new SocketsHttpHandler();
        if (File.Exists(AuthorityFile))
        {
            var policy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(AuthorityFile));
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        return handler;
    }
}
