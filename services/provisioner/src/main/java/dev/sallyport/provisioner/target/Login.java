package dev.sallyport.provisioner.target;

import dev.sallyport.kernel.Secret;

/** Who logs in to a database server. */
public record Login(String user, Secret password) {}
