using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace Hongyan.Fuzz.Targets;

/// <summary>What Kestrel's own parser makes of the head of a request.</summary>
internal sealed class KestrelRequest : IHttpRequestLineHandler, IHttpHeadersHandler
{
    private readonly HttpParser<KestrelRequest> _parser = new();

    public string Target { get; private set; } = "";

    public IHeaderDictionary Headers { get; } = new HeaderDictionary();

    public bool TryParse(ref SequenceReader<byte> bytes)
    {
        try
        {
            return _parser.ParseRequestLine(this, ref bytes) && _parser.ParseHeaders(this, ref bytes);
        }
        catch (BadHttpRequestException)
        {
            return false;
        }
    }

    public void OnStartLine(
        HttpVersionAndMethod versionAndMethod,
        TargetOffsetPathLength targetPath,
        Span<byte> startLine
    ) => Target = Encoding.ASCII.GetString(startLine)[targetPath.Offset..].Split(' ')[0];

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        Headers.Append(Encoding.ASCII.GetString(name), Encoding.ASCII.GetString(value));

    public void OnHeadersComplete(bool endStream) { }

    // Only of HTTP/2 and HTTP/3, whose headers are numbered.
    public void OnStaticIndexedHeader(int index) => throw new NotSupportedException();

    public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException();
}
