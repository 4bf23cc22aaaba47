/**
 * Who uses the command line: the OpenID Connect flows of a native app, and where their tokens are kept.
 *
 * <pre>
 *   sally login ── GET /api/.well-known/sallyport ──▶ api            which issuer, which client
 *        │ ── GET /.well-known/openid-configuration ──▶ issuer       which endpoints
 *        │ ── browser: code + PKCE (RFC 8252), or device: RFC 8628
 *        ▼
 *   Login (login.json) + Tokens (keyring, or a file of mode 0600)
 *        │
 *   any command ── a token that is nearly over is renewed by its refresh token, under a lock ──▶ api
 * </pre>
 */
@NullMarked
package dev.sallyport.cli.login;

import org.jspecify.annotations.NullMarked;
