namespace Hongyan.Load;

/// <summary>One pool of HTTP connections for everybody; it outlives each who uses it.</summary>
internal sealed class SharedPool(HttpMessageHandler pool) : HttpMessageHandler
{
    private readonly HttpMessageInvoker _invoker = new(pool, disposeHandler: false);

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    ) => _invoker.SendAsync(request, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _invoker.Dispose();
        }

        base.Dispose(disposing);
    }
}
