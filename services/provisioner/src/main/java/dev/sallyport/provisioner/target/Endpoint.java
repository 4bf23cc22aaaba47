package dev.sallyport.provisioner.target;

import dev.sallyport.kernel.Engine;

/**
 * Where a database server listens.
 *
 * @param defaultDatabase opened when none is named; empty on MySQL and MariaDB when the instance was made without one
 */
public record Endpoint(Engine engine, String host, int port, String defaultDatabase) {}
