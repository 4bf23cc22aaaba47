package dev.sallyport.sandbox.aws;

/** An account of the organisation; the management account is the one that the organisation names. */
public record Account(String id, String name, String email) {}
