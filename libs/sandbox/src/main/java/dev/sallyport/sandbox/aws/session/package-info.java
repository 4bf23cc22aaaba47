/**
 * Session Manager behind its API: sessions, the WebSockets of their data channels, and the agent in a task of ECS that connects one to a port. The
 * agent does what the sources of amazon-ssm-agent say (3.3, {@code agent/session}); it shares no code with our client.
 *
 * <pre>
 *   StartSession ──▶ Session ◀── WebSocket of the client (any number, one after the other)
 *                      │  loses, repeats, turns round and cuts as ChannelFaults says
 *                      ▼
 *                  AgentChannel ── acknowledges, orders, sends again ──▶ MuxServer ──▶ port of the task
 * </pre>
 */
@NullMarked
package dev.sallyport.sandbox.aws.session;

import org.jspecify.annotations.NullMarked;
