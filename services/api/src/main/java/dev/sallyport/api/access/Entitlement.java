package dev.sallyport.api.access;

import dev.sallyport.kernel.RdsDatabaseId;

/** One role in one database: what can be asked for. */
public record Entitlement(RdsDatabaseId target, String role) {}
