namespace Hongyan.Server.Platform;

/// <summary>Where the server listens, from <c>Hongyan</c>.</summary>
internal sealed class ServerOptions
{
    public const string Section = "Hongyan";

    /// <summary>The port; 0 takes any free one, which the ready line names.</summary>
    public int Port { get; set; } = 5080;

    /// <summary>The folder that holds everything.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>The folder of the built web client; none is served when it is empty.</summary>
    public string WebRoot { get; set; } = "";

    /// <summary>Fill an empty system with something to look at.</summary>
    public bool Demo { get; set; }

    /// <summary>
    /// The addresses of proxies in front of this server, such as <c>10.0.0.2</c> or <c>10.0.0.0/24</c>; those on this
    /// machine are always among them. What they say of the caller's address, scheme and host is believed.
    /// </summary>
    public IReadOnlyList<string> Proxies { get; set; } = [];

    public ListenSettings Listen { get; set; } = new();

    public TlsSettings Tls { get; set; } = new();
}

/// <summary>Which addresses, from <c>Hongyan:Listen</c>.</summary>
internal sealed class ListenSettings
{
    /// <summary>The address to listen on; <c>0.0.0.0</c> or <c>::</c> for all.</summary>
    public string Address { get; set; } = "127.0.0.1";

    /// <summary>Says in so many words that other machines may talk to this server without encryption.</summary>
    public bool AllowPlainText { get; set; }
}

/// <summary>Encryption, from <c>Hongyan:Tls</c>.</summary>
internal sealed class TlsSettings
{
    public bool Enabled { get; set; }

    /// <summary>A certificate with its chain, in PEM; a local authority's own certificate is made when there is none.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>The certificate's private key, in PEM.</summary>
    public string KeyFile { get; set; } = "";
}
