/**
 * The client's end of a Session Manager data channel, as far as forwarding a port needs it: what AWS's session-manager-plugin
 * does behind {@code aws ssm start-session --document-name AWS-StartPortForwardingSession}. The format is that of the published
 * sources of session-manager-plugin and amazon-ssm-agent.
 *
 * <pre>
 *   client                        service                       agent in the task
 *     │ StartSession ───────────────▶│ ── asks for a session ───────▶│
 *     │◀── session, address, token ──│                               │
 *     │ WebSocket, token as text ───▶│◀───────────────── WebSocket ──│
 *     │◀═════════════════ output 0: handshake request ═══════════════│   each stream message has a number and is
 *     │══ input 0: handshake response ══════════════════════════════▶│   acknowledged; what is not comes again
 *     │◀═════════════════ output 1: handshake complete ══════════════│
 *     │══ input n: smux frames ═══▶ … ◀═══ output n: smux frames ════│──▶ the port
 *     │ ResumeSession, WebSocket again, when the socket is lost      │
 *     │══ flag: terminate session; TerminateSession ════════════════▶│
 * </pre>
 *
 * Inside the stream is smux, version 1: the agent speaks it to clients that say they are of version 1.1.70 or later, and it
 * carries the end of a connection, which the older way does not (docs/adr/0012).
 */
@NullMarked
package dev.sallyport.cli.ssm.channel;

import org.jspecify.annotations.NullMarked;
