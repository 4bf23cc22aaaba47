/**
 * A stand-in for SQL Server, for one machine and for tests: TDS 7.4 after [MS-TDS] with SQL logins, and so much of T-SQL as
 * administering logins, users, roles and permissions needs. It keeps state, checks who may do what, and answers mistakes with
 * the numbers and texts of the real server. What it does not know it refuses; it never makes an answer up.
 *
 * <pre>
 *   PacketStream ─▶ TdsSession ─▶ TSqlParser ─▶ Statement ─▶ Instance
 *     packets        messages       a batch       acts on      logins, databases
 *                        │                          │
 *                        └───────◀── Reply ◀────────┘  tokens
 * </pre>
 */
@NullMarked
package dev.sallyport.sandbox.sqlserver;

import org.jspecify.annotations.NullMarked;
