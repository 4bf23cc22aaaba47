/**
 * The console: pages rendered here, kept fresh by htmx, live statements by server-sent events. It logs in with OIDC's
 * authorization code flow (tenant {@code console}); what it does goes through the same features as the REST API.
 */
@NullMarked
package dev.sallyport.api.console;

import org.jspecify.annotations.NullMarked;
