/**
 * What is said between one client and its target once the login is done, and which statements were executed.
 *
 * <pre>
 *  client ──▶ ClientMessages ──▶ Pipeline (what the target still owes) ◀── ServerMessages ◀── target
 *                  │                         │                                  │
 *                  ▼                         ▼                                  ▼
 *            Recording.sql …           PreparedStatements                Recording.done, failed,
 *            Recording.ready           Portals                           skipped
 * </pre>
 *
 * <p>There is one record for each Query message (all statements in it: the rows are summed up, the error is the first), one
 * for each Execute and one for each FunctionCall. A Parse or Bind that the target refused without an Execute of it being on
 * the way is recorded too, as {@code parse} or {@code bind}, because the target's permission checks happen there.
 *
 * <p>A stream of replication is one statement, of the kind {@code replication}, from its {@code START_REPLICATION} to the
 * CommandComplete behind the CopyDone of both sides. What flows in it is counted and not recorded.
 */
@NullMarked
package dev.sallyport.pgwire.conversation;

import org.jspecify.annotations.NullMarked;
