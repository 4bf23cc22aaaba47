package dev.sallyport.sandbox.aws;

/**
 * Whose credentials signed a request.
 *
 * @param region the one of the credential scope
 */
record Caller(String accountId, String arn, String userId, String region) {}
