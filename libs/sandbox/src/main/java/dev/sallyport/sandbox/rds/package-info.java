/**
 * What RDS adds to a real database server: logins with tokens of IAM.
 *
 * <pre>
 * client ══TLS══▶ RdsPostgres ── is a member of rds_iam ──▶ asks for the token, has it checked ══certificate══▶ PostgreSQL
 *                             └─ is none ─────────────────────────── the client's own password ═══════════════▶ PostgreSQL
 * </pre>
 */
@NullMarked
package dev.sallyport.sandbox.rds;

import org.jspecify.annotations.NullMarked;
