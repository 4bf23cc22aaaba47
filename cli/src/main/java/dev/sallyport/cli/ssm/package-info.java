/**
 * The way to a db-proxy's tunnel over AWS Session Manager: a session that forwards one port of the proxy's task, presented as a port on
 * this machine. {@link dev.sallyport.cli.ssm.SsmCarrier} speaks Session Manager's protocol itself;
 * {@link dev.sallyport.cli.ssm.PluginCarrier} has AWS's session-manager-plugin do it.
 */
@NullMarked
package dev.sallyport.cli.ssm;

import org.jspecify.annotations.NullMarked;
