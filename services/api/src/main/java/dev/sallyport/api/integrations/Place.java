package dev.sallyport.api.integrations;

/** One region of one account. */
public record Place(String accountId, String region) {}
