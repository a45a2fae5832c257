/**
 * A call that did not succeed. `code` is one of the server's error codes, or `network` when the server could not be
 * reached; the text for people is the translation of `error.<code>`.
 */
export class ApiError extends Error {
  readonly code: string;
  /** Whether the same call can succeed later. */
  readonly retryable: boolean;
  /** How long to wait before a retry, when the server says so. */
  readonly retryAfterMs: number | undefined;

  constructor(code: string, retryable: boolean, retryAfterMs?: number) {
    super(code);
    this.name = "ApiError";
    this.code = code;
    this.retryable = retryable;
    this.retryAfterMs = retryAfterMs;
  }

  static network(): ApiError {
    return new ApiError("network", true);
  }
}
