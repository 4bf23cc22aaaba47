package dev.sallyport.sandbox.aws;

/** A user of an identity store. */
public record StoreUser(String userId, String userName, String displayName, String email) {}
